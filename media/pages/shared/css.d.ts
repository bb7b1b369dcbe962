// esbuild bundles what a page imports of this kind into the page's own style sheet.
declare module '*.css';
