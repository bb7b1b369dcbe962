import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { stage } from '../../scripts/package/stage.mjs';
import { targets, universal } from '../../scripts/package/targets.mjs';
import { listZip } from './zip';

/** All that a package may hold, besides native libraries. */
const wanted = [
  /^package(\.nls(\.[\w-]+)?)?\.json$/,
  /^l10n\/[\w.-]+\.json$/,
  /^(readme|changelog|README|CHANGELOG)\.md$/,
  /^(LICENSE|THIRD-PARTY-NOTICES)\.txt$/,
  /^media\/(?!readme\/|pages\/|tsconfig)/,
  /^dist\/pages\/\w+\.(js|css)$/,
  /^pretrained\/(linux\/GPL-2\.0|polyglot\/LICENCES)\.txt$/,
  /^pretrained\/(linux|polyglot)\/(model\.onnx|README\.md)$/,
  /^dist\/(extension|process|trainingWorker)\.cjs$/,
  /^dist\/node_modules\/onnxruntime-common\/(package\.json|dist\/cjs\/[\w.-]+\.js(on)?)$/,
  /^dist\/node_modules\/onnxruntime-node\/(package\.json|dist\/[\w.-]+\.js)$/,
  /^dist\/node_modules\/webgpu\/(package\.json|index\.js)$/,
];

function nativeLibraries(target: string): RegExp[] {
  const { platform, arch, dawn } = targets[target]!;
  return [
    RegExp(`^dist/node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}/[^/]+$`),
    RegExp(`^dist/node_modules/webgpu/dist/${dawn}/[^/]+$`),
  ];
}

const unwanted = (files: Iterable<string>, allowed: readonly RegExp[]) =>
  [...files].filter((file) => !allowed.some((pattern) => pattern.test(file)));

test.for([...Object.keys(targets), universal])('the package for %s holds what it needs and nothing else', (target) => {
  const folder = mkdtempSync(join(tmpdir(), 'unreasonable-package-'));
  try {
    stage(target, folder);
    const files = filesBelow(folder);
    const platforms = target === universal ? Object.keys(targets) : [target];
    expect(unwanted(files, [...wanted, ...platforms.flatMap(nativeLibraries)])).toEqual([]);
    const bindings = files.filter((file) => file.endsWith('onnxruntime_binding.node'));
    expect(bindings).toHaveLength(platforms.length);
    for (const binding of bindings) {
      const libraries = files.filter((file) => file.startsWith(binding.slice(0, binding.lastIndexOf('/'))));
      expect(libraries.some((file) => /libonnxruntime\.(so\.1|1\.dylib)$|\/onnxruntime\.dll$/.test(file))).toBe(true);
    }
    const { main, icon } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    for (const path of [
      main,
      icon,
      'dist/process.cjs',
      'dist/pages/dashboard.js',
      'README.md',
      'CHANGELOG.md',
      'LICENSE.txt',
      'pretrained/linux/model.onnx',
      'pretrained/polyglot/model.onnx',
    ]) {
      expect(existsSync(join(folder, path)), path).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the .vsix is what was laid out, and under 30 MB', () => {
  const vsix = inject('vsix');
  const files = [...listZip(vsix).keys()];
  expect(files).toContain('extension/dist/extension.cjs');
  const own = files.filter((file) => file.startsWith('extension/')).map((file) => file.slice('extension/'.length));
  expect(unwanted(own, [...wanted, ...nativeLibraries('linux-x64')])).toEqual([]);
  const around = files.filter((file) => !file.startsWith('extension/'));
  expect(around.sort()).toEqual(['[Content_Types].xml', 'extension.vsixmanifest']);
  expect(statSync(vsix).size).toBeLessThan(30e6);
});

/** Paths of the files below a folder, relative to it. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.replaceAll('\\', '/'));
}
