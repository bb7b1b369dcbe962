import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openExtension, run, until, workspaceFolder } from './api';
import { driver, ensureModel } from './project';

const { Automatic, Invoke } = vscode.InlineCompletionTriggerKind;

/** A new file of the project with `|` where the cursor is, as text before and after it. */
async function open(textWithCursor: string, name: string): Promise<vscode.TextEditor> {
  const [before, after] = textWithCursor.split('|') as [string, string];
  const uri = vscode.Uri.joinPath(workspaceFolder(), 'drivers', name);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(before + after));
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  const position = document.positionAt(before.length);
  editor.selection = new vscode.Selection(position, position);
  return editor;
}

async function complete({ document, selection }: vscode.TextEditor, triggerKind = Automatic) {
  const { provider } = await openExtension();
  const source = new vscode.CancellationTokenSource();
  const context = { triggerKind, selectedCompletionInfo: undefined };
  const items = await provider.provideInlineCompletionItems(document, selection.active, context, source.token);
  return (items as vscode.InlineCompletionItem[]).map(({ insertText, range }) => ({ text: String(insertText), range }));
}

/** A driver up to somewhere in its first function, and what was typed there. */
function begun(marker: string, extra = ''): string {
  const text = driver('foo');
  return `${text.slice(0, text.indexOf(marker) + marker.length)}${extra}|`;
}

describe('Completions', () => {
  before(async () => {
    await ensureModel();
    await vscode.workspace
      .getConfiguration('unreasonable')
      .update('completion.confidence', 0.1, vscode.ConfigurationTarget.Global);
  });

  after(() =>
    vscode.workspace
      .getConfiguration('unreasonable')
      .update('completion.confidence', undefined, vscode.ConfigurationTarget.Global),
  );

  it('continue the line in the style of the project', async () => {
    const editor = await open(begun('if (ret < 0)\n\t\t', 'retu'), 'style.c');
    const [first] = await complete(editor);
    assert.equal(first?.text, 'rn ret;');
    assert.ok(first.range?.isEmpty && first.range.start.isEqual(editor.selection.active));
  });

  it('write what is left of themselves when they are typed through', async () => {
    const { inference } = await openExtension();
    const editor = await open(begun('if (ret < 0)\n\t\t', 'retu'), 'through.c');
    const [first] = await complete(editor);
    assert.equal(first?.text, 'rn ret;');
    await editor.edit((builder) => builder.insert(editor.selection.active, 'rn'));
    const asked = inference.requests;
    const [rest] = await complete(editor);
    assert.equal(rest?.text, ' ret;');
    assert.equal(inference.requests, asked, 'nothing was asked of the model');
    await editor.edit((builder) => builder.insert(editor.selection.active, 'X'));
    await complete(editor);
    assert.equal(inference.requests, asked + 1, 'what does not fit is asked anew');
  });

  it('give up to three different ones when asked for', async () => {
    const editor = await open(begun('static int foo_probe(struct device *dev)\n{\n\t'), 'choices.c');
    const texts = (await complete(editor, Invoke)).map(({ text }) => text);
    assert.ok(texts.length >= 1 && texts.length <= 3, `${texts.length} choices`);
    assert.equal(new Set(texts).size, texts.length);
  });

  it('keep the indentation with spaces and the line ends of a document', async () => {
    const spaces = begun('if (ret < 0)\n').replaceAll('\t', '    ');
    const editor = await open(spaces.replaceAll('\n', '\r\n'), 'spaces.c');
    assert.equal(editor.document.eol, vscode.EndOfLine.CRLF);
    editor.options = { insertSpaces: true, tabSize: 4 };
    await setMaxLines(3);
    const texts = (await complete(editor, Invoke)).map(({ text }) => text);
    await setMaxLines(undefined);
    assert.ok(texts.length > 0);
    for (const text of texts) {
      assert.ok(!text.includes('\t'), JSON.stringify(text));
      assert.ok(!/[^\r]\n/.test(text), JSON.stringify(text));
    }
  });

  it('do not repeat what follows the cursor', async () => {
    const editor = await open(`${begun('ret = foo_enable(')});\n`, 'middle.c');
    for (const { text } of await complete(editor, Invoke)) assert.ok(!text.endsWith(');'), JSON.stringify(text));
  });

  it('stay away inside a word, after deleting, and with a selection', async () => {
    const word = await open(begun('if (ret < 0)\n\t\t', 'ret|urn'), 'word.c');
    assert.deepEqual(await complete(word), []);
    const deleted = await open(begun('if (ret < 0)\n\t\t', 'retur'), 'deleted.c');
    const end = deleted.selection.active;
    await deleted.edit((builder) => builder.delete(new vscode.Range(end.translate(0, -1), end)));
    assert.deepEqual(await complete(deleted), []);
    const selected = await open(begun('if (ret < 0)\n\t\t', 'retu'), 'selected.c');
    selected.selection = new vscode.Selection(new vscode.Position(0, 0), selected.selection.active);
    assert.deepEqual(await complete(selected), []);
  });

  it('are off where they were switched off, but answer who asks', async () => {
    const editor = await open(begun('if (ret < 0)\n\t\t', 'retu'), 'off.c');
    await run('toggleCompletionsForLanguage');
    assert.deepEqual(await complete(editor), []);
    assert.ok((await complete(editor, Invoke)).length > 0);
    await run('toggleCompletionsForLanguage');
    assert.ok((await complete(editor)).length > 0);
  });

  it('appear in the editor, and are accepted whole, by word and by line', async () => {
    const { statistics } = await openExtension();
    await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    for (const [accept, expected] of [
      ['editor.action.inlineSuggest.commit', 'return ret;'],
      ['editor.action.inlineSuggest.acceptNextWord', 'return'],
      ['editor.action.inlineSuggest.acceptNextLine', 'return ret;'],
    ] as const) {
      const editor = await open(begun('if (ret < 0)\n\t\t', 'retu'), `${accept}.c`);
      const line = editor.selection.active.line;
      const before = statistics.current;
      await until(`${accept} to work`, async () => {
        await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
        await vscode.commands.executeCommand(accept);
        return editor.document.lineAt(line).text.trim().length > 'retu'.length;
      });
      assert.equal(editor.document.lineAt(line).text, `\t\t${expected}`);
      const { accepted, acceptedInPart } = statistics.current;
      assert.equal(accepted + acceptedInPart, before.accepted + before.acceptedInPart + 1, accept);
    }
  });
});

async function setMaxLines(lines: number | undefined): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('unreasonable');
  await configuration.update('completion.maxLines', lines, vscode.ConfigurationTarget.Global);
}
