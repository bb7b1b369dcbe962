import type { Finding } from '../../../src/model/inspection/findings';
import { placeOfCell } from '../../../src/model/inspection/placeOfCell';
import type { CellsReport, FindingsReport, PlaceReport, SelectionReport } from '../../../src/model/inspection/wire';
import { element } from '../shared/element';
import * as l10n from '../shared/l10n';
import { cellName, decimals, percent, propertyName } from './names';

/** Cells that are named for each property. */
const cellsShown = 3;

export interface NeuronActions {
  chooseCell(cell: number): void;
  find(): void;
  select(): void;
  showPlace(place: PlaceReport): void;
}

/** Beside the text: which cell it is coloured by, cells that were found, and what a selection has of its own. */
export class NeuronDetails {
  readonly element: HTMLElement;
  private readonly layer = element('select', { id: 'layer' });
  private readonly unit = element('input', { id: 'unit', type: 'number', min: 0, value: 0 });
  private readonly value = element('output', { id: 'activation' });
  private readonly found = element('div', { id: 'found' });
  private readonly selected = element('div', { id: 'selected' });
  private readonly findButton: HTMLButtonElement;
  private cells: CellsReport | null = null;

  constructor(private readonly actions: NeuronActions) {
    this.findButton = element('button', { onclick: () => actions.find() }, l10n.t('Find Cells'));
    const chosen = () => {
      if (this.cells === null) return;
      actions.chooseCell(Number(this.layer.value) * this.cells.hiddenSize + Number(this.unit.value));
    };
    this.layer.addEventListener('change', chosen);
    this.unit.addEventListener('change', () => {
      if (this.unit.checkValidity() && this.unit.value !== '') chosen();
    });
    this.element = element(
      'div',
      {},
      element(
        'div',
        { class: 'row' },
        element('label', { for: 'layer' }, l10n.t('Layer')),
        this.layer,
        element('label', { for: 'unit' }, l10n.t('Unit')),
        this.unit,
      ),
      legend(),
      this.value,
      element('h2', {}, l10n.t('Cells that know what they read')),
      this.found,
      element('h2', {}, l10n.t('Cells of the selection')),
      element(
        'p',
        { class: 'muted' },
        l10n.t('Select characters in the text to get the cells that are on there and off elsewhere.'),
      ),
      element('button', { class: 'secondary', onclick: () => actions.select() }, l10n.t('Cells of the Selection')),
      this.selected,
    );
    this.showFindings(null);
  }

  showCells(cells: CellsReport): void {
    this.cells = cells;
    const layers = Array.from({ length: cells.numLayers }, (_, layer) =>
      element('option', { value: layer }, String(layer + 1)),
    );
    this.layer.replaceChildren(...layers);
    this.unit.max = String(cells.hiddenSize - 1);
  }

  showCell(cell: number): void {
    if (this.cells === null) return;
    const { layer, unit } = placeOfCell(this.cells, cell);
    this.layer.value = String(layer);
    this.unit.value = String(unit);
    for (const button of this.element.querySelectorAll<HTMLButtonElement>('button[data-cell]')) {
      button.setAttribute('aria-pressed', String(button.dataset.cell === String(cell)));
    }
  }

  /** @param value in 127ths, null where it is not known. */
  showValue(value: number | null): void {
    this.value.textContent =
      value === null ? l10n.t('Not known here') : l10n.t('{0} at the cursor', decimals(value / 127, 2));
  }

  showProgress(share: number): void {
    this.findButton.disabled = true;
    this.findButton.textContent = l10n.t('Reading the workspace: {0}', percent(share));
  }

  /** Nothing is being looked for any more. */
  showIdle(): void {
    this.findButton.disabled = false;
    this.findButton.textContent = l10n.t('Find Cells');
  }

  showFindings(report: FindingsReport | null): void {
    this.showIdle();
    if (report === null) {
      this.found.replaceChildren(this.findButton);
      return;
    }
    const basis =
      report.basis === 'text'
        ? l10n.t('Chosen on one half of this text and scored on the other.')
        : l10n.t(
            'Chosen on one half of {0} characters of {1} files and scored on the other.',
            report.characters.toLocaleString(l10n.language()),
            report.files,
          );
    const rows = report.findings.map((finding) =>
      element(
        'tr',
        { 'data-property': finding.property },
        element('th', { scope: 'row' }, propertyName(finding.property)),
        element('td', {}, ...this.buttonsOf(finding)),
      ),
    );
    this.found.replaceChildren(
      element('table', {}, ...rows),
      element(
        'p',
        { class: 'muted' },
        basis,
        ' ',
        l10n.t('Scores: balanced accuracy (a half is chance) or correlation.'),
      ),
    );
  }

  showSelection(report: SelectionReport | null): void {
    if (report === null) {
      this.selected.replaceChildren();
      return;
    }
    if (report.cells.length === 0) {
      this.selected.replaceChildren(element('p', {}, l10n.t('No cell is on there and off elsewhere.')));
      return;
    }
    const cells = report.cells.map(({ cell, inside, outside }) =>
      element(
        'li',
        {},
        this.button(cell, l10n.t('on at {0} there, at {1} elsewhere', percent(inside), percent(outside))),
      ),
    );
    const places = report.places.map((place) =>
      element(
        'li',
        {},
        element(
          'button',
          { class: 'link', onclick: () => this.actions.showPlace(place) },
          element('span', { class: 'muted' }, `${place.path ?? ''}:${place.line + 1}`),
          element('code', {}, oneLine(place.before), element('mark', {}, oneLine(place.inside)), oneLine(place.after)),
        ),
      ),
    );
    this.selected.replaceChildren(
      element('ul', { class: 'cells' }, ...cells),
      element('h3', {}, l10n.t('Where they are on as well')),
      places.length === 0 ? element('p', {}, l10n.t('Nowhere else.')) : element('ol', { class: 'places' }, ...places),
      element('p', { class: 'muted' }, searchedText(report)),
    );
  }

  private buttonsOf(finding: Finding): (Node | string)[] {
    if (finding.cells.length === 0) return [element('span', { class: 'muted' }, l10n.t('too rare here to tell'))];
    return finding.cells
      .slice(0, cellsShown)
      .map((found) =>
        this.button(
          found.cell,
          'correlation' in found ? decimals(found.correlation, 2) : percent(found.balancedAccuracy),
          'correlation' in found
            ? undefined
            : l10n.t('F1 {0}, area under the curve {1}', decimals(found.f1, 2), decimals(found.auc, 3)),
        ),
      );
  }

  /** A button that colours the text by a cell. */
  private button(cell: number, score: string, title?: string): HTMLButtonElement {
    return element(
      'button',
      {
        class: 'cell',
        'data-cell': cell,
        'aria-pressed': 'false',
        title,
        onclick: () => this.actions.chooseCell(cell),
      },
      element('span', {}, cellName(placeOfCell(this.cells!, cell))),
      element('strong', {}, score),
    );
  }
}

/** Where places were looked for. */
function searchedText({ searched }: SelectionReport): string {
  if (searched === null) return l10n.t('Only this text was searched.');
  return l10n.t(
    'This text was searched, and {0} characters from the beginnings of {1} other files.',
    searched.characters.toLocaleString(l10n.language()),
    searched.files,
  );
}

function legend(): HTMLElement {
  return element(
    'div',
    { class: 'legend' },
    element('span', {}, '−1'),
    element('span', { class: 'scale', role: 'img', 'aria-label': l10n.t('Blue is −1, green is 1') }),
    element('span', {}, '1'),
  );
}

function oneLine(text: string): string {
  return text.replaceAll('\n', '↵').replaceAll('\t', ' ');
}
