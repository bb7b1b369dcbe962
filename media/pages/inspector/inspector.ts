import type { FromInspector, Panel, ToInspector } from '../../../src/extension/views/inspector/messages';
import { toInt8 } from '../../../src/model/inspection/bytes';
import { placeOfCell } from '../../../src/model/inspection/placeOfCell';
import { type UnpackedText, unpackText } from '../../../src/model/inspection/unpack';
import type { CellsReport, PlaceReport } from '../../../src/model/inspection/wire';
import { element } from '../shared/element';
import * as l10n from '../shared/l10n';
import type { Page } from '../shared/page';
import { onThemeChange } from '../shared/theme';
import { unpackWindow } from './cellWindow';
import { activationShade, surpriseShade } from './colors';
import { gatesPanel } from './gates';
import { describeCharacter, GuessDetails } from './guessDetails';
import { cellName, decimals } from './names';
import { NeuronDetails } from './neuronDetails';
import { tabList } from './tabs';
import { type TextLook, TextView } from './textView';
import { Wall, wallCharacters } from './wall';

/** What the person has set on the page. */
export interface InspectorState {
  readonly panel: Panel;
  readonly cell: number;
  readonly cursor: number;
  /** Of the document, so that it can be read again after the window was loaded anew. */
  readonly uri: string | null;
}

export const initialState: InspectorState = { panel: 'guesses', cell: 0, cursor: 0, uri: null };

/** The page: a text with what a model expected in it, and what the cells of the model did. */
export class Inspector {
  private readonly heading = element('h1', {});
  private readonly facts = element('p', { class: 'muted', id: 'facts' });
  private readonly status = element('p', { role: 'status' });
  /** Says what the cursor is on, to those who can't see it. */
  private readonly spoken = element('p', { class: 'unseen', 'aria-live': 'polite', id: 'spoken' });
  private readonly panel = element('div', { id: 'panel', role: 'tabpanel' });
  private readonly aside = element('aside');
  private readonly tabs = tabList<Panel>(
    l10n.t('What to look at'),
    [
      ['guesses', l10n.t('Guesses')],
      ['neurons', l10n.t('Neurons')],
      ['wall', l10n.t('All Cells')],
      ['gates', l10n.t('Gates')],
    ],
    (panel) => this.open(panel),
  );
  private readonly view = new TextView(l10n.t('The text: arrow keys move, with Shift they select'), () => this.moved());
  private readonly guesses = new GuessDetails((from, to) => this.view.select({ from, to }));
  private readonly neurons = new NeuronDetails({
    chooseCell: (cell) => this.chooseCell(cell),
    find: () => this.page.send({ type: 'find', id: this.id }),
    select: () => this.select(),
    showPlace: (place) => this.showPlace(place),
  });
  private readonly wall = new Wall(
    (cell) => {
      this.chooseCell(cell);
      this.open('neurons');
    },
    (cell) => this.say(this.cells === null ? '' : cellName(placeOfCell(this.cells, cell))),
  );
  private gates: ReturnType<typeof gatesPanel> | null = null;
  private text: UnpackedText | null = null;
  /** Of the text, for requests about it. */
  private id = 0;
  private cells: CellsReport | null = null;
  /** Int8 [N] of the chosen cell, shorter where it is not known. */
  private values: Int8Array = new Int8Array(0);

  constructor(private readonly page: Page<FromInspector, InspectorState>) {
    document.body.append(
      element(
        'main',
        { class: 'inspector' },
        element('header', {}, this.heading, this.facts, this.tabs.element, this.status),
        this.panel,
        this.spoken,
      ),
    );
    onThemeChange(() => this.redraw());
    this.open(page.state.panel);
  }

  receive(message: ToInspector): void {
    switch (message.type) {
      case 'reading':
        this.showProgress(message);
        break;
      case 'text':
        this.showText(message);
        break;
      case 'cells':
        this.showCells(message.cells);
        break;
      case 'cell':
        this.showCell(message.cell, toInt8(message.values));
        break;
      case 'window':
        this.showWindow(message);
        break;
      case 'finding':
        this.neurons.showProgress(message.share);
        break;
      case 'findings':
        this.neurons.showFindings(message.report);
        this.neurons.showCell(this.page.state.cell);
        break;
      case 'selection':
        this.neurons.showSelection(message.report);
        this.neurons.showCell(this.page.state.cell);
        break;
      case 'show':
        this.open(message.panel);
        this.view.select(message);
        break;
      case 'problem':
        this.neurons.showIdle();
        this.status.textContent = message.message;
        break;
      case 'givenUp':
        this.neurons.showIdle();
        this.showWhole();
    }
  }

  private showProgress({ path, done, total }: Extract<ToInspector, { type: 'reading' }>): void {
    const share = total === 0 ? 0 : Math.floor((100 * done) / total);
    this.status.textContent = l10n.t('The model reads {0}: {1} %', path, share);
  }

  /** Nothing is being read; whether there is more of the text than is shown. */
  private showWhole(): void {
    const isCut = this.text?.isCut ?? false;
    this.status.textContent = isCut ? l10n.t('The text is longer: what is beyond was not read.') : '';
  }

  private showText({ id, model, uri, text: report }: Extract<ToInspector, { type: 'text' }>): void {
    const text = unpackText(report);
    this.page.remember({ uri });
    const { path, characters, bitsPerCharacter } = text;
    // The same text comes again when its cells have been read; what is selected in it stays.
    const before = this.text;
    const isSame = before?.path === path && before.bitsPerCharacter === bitsPerCharacter;
    const isNew = !isSame || before.characters.join('') !== report.text;
    this.text = text;
    if (id !== this.id) this.neurons.showIdle();
    this.id = id;
    this.heading.textContent = path ?? l10n.t('Text');
    const count = characters.length.toLocaleString(l10n.language());
    const bits = decimals(bitsPerCharacter, 3);
    this.facts.textContent = l10n.t('{0} · {1} characters · {2} bits per character', model, count, bits);
    this.showWhole();
    if (!isNew) return;
    this.forgetCells();
    const { cursor } = this.page.state;
    this.guesses.show(text);
    this.view.show(text);
    this.open(this.page.state.panel);
    this.view.select({ from: cursor, to: cursor });
  }

  private forgetCells(): void {
    this.cells = null;
    this.gates = null;
    this.values = new Int8Array(0);
    this.neurons.showFindings(null);
    this.neurons.showSelection(null);
    this.wall.clear();
  }

  private showCells(cells: CellsReport): void {
    this.cells = cells;
    this.neurons.showCells(cells);
    this.chooseCell(Math.min(this.page.state.cell, cells.numLayers * cells.hiddenSize - 1));
    this.gates = gatesPanel(cells);
    this.open(this.page.state.panel);
  }

  private showCell(cell: number, values: Int8Array): void {
    if (cell !== this.page.state.cell) return;
    this.values = values;
    this.view.redraw();
    this.moved();
  }

  private showWindow({ from, to, values }: Extract<ToInspector, { type: 'window' }>): void {
    if (this.cells === null || this.text === null) return;
    this.wall.show(this.cells, unpackWindow(from, to, values), this.text.characters.slice(from, to));
  }

  private open(panel: Panel): void {
    this.page.remember({ panel });
    this.tabs.select(panel);
    this.panel.setAttribute('aria-labelledby', `tab-${panel}`);
    if (panel !== 'guesses' && this.cells === null && this.text !== null) this.page.send({ type: 'needCells' });
    this.fill(panel);
    if (panel === 'guesses' || panel === 'neurons') this.view.setLook(this.lookOf(panel));
    if (panel === 'wall') {
      this.wantWindow();
      this.wall.focus(this.page.state.cell);
    }
    this.redraw();
  }

  /** Puts in what a panel shows. What is there already is left alone, so that it keeps its place and the focus. */
  private fill(panel: Panel): void {
    const details = panel === 'guesses' ? this.guesses.element : this.neurons.element;
    if (this.aside.firstChild !== details) this.aside.replaceChildren(details);
    const parts = this.partsOf(panel);
    const before = [...this.panel.childNodes];
    const isSame = parts.length === before.length && parts.every((part, i) => part === before[i]);
    // Before the looks of the panel change, and what is in it with them.
    if (!isSame) for (const surface of [this.view, this.wall]) surface.leave();
    this.panel.className = panel;
    if (isSame) return;
    this.panel.replaceChildren(...parts);
    for (const surface of [this.view, this.wall]) if (surface.element.isConnected) surface.returned();
  }

  private partsOf(panel: Panel): Node[] {
    if (panel === 'wall') return [this.wall.element];
    if (panel === 'gates') return this.gates === null ? [] : [this.gates.element];
    return [this.view.element, this.aside];
  }

  private lookOf(panel: Panel): TextLook {
    if (panel === 'neurons') return { guesses: false, shade: (t) => activationShade(this.values[t] ?? 0) };
    return { guesses: true, shade: (t) => surpriseShade(this.text?.bits[t] ?? 0) };
  }

  /** Asks for what all cells did at the characters that are in view in the text. */
  private wantWindow(): void {
    if (this.cells === null) return;
    const { characters } = this.cells;
    const from = Math.max(0, Math.min(this.view.firstVisible, characters - wallCharacters));
    const to = Math.min(characters, from + wallCharacters);
    if (to > from) this.page.send({ type: 'window', id: this.id, from, to });
  }

  private chooseCell(cell: number): void {
    this.page.remember({ cell });
    this.neurons.showCell(cell);
    this.page.send({ type: 'cell', id: this.id, cell });
  }

  private select(): void {
    const { from, to: end } = this.view.selection;
    const to = Math.min(end, this.cells?.characters ?? 0);
    if (to > from) this.page.send({ type: 'select', id: this.id, from, to });
    else
      this.status.textContent = l10n.t(
        'Select some characters first: with the mouse, or with Shift and the arrow keys.',
      );
  }

  private showPlace({ path, line, start, end }: PlaceReport): void {
    if (path === this.text?.path) this.view.select({ from: start, to: end });
    else this.page.send({ type: 'reveal', path, line });
  }

  /** The cursor is somewhere else. */
  private moved(): void {
    if (this.text === null || this.text.characters.length === 0) return;
    const { character } = this.view;
    this.page.remember({ cursor: character });
    const position = this.view.positionOf(character);
    this.guesses.showCharacter(this.text, character, position);
    const value = this.values[character];
    this.neurons.showValue(value ?? null);
    const activation =
      this.page.state.panel === 'neurons' && value !== undefined ? `, ${decimals(value / 127, 2)}` : '';
    this.say(describeCharacter(this.text, character, position) + activation);
  }

  private say(text: string): void {
    this.spoken.textContent = text;
  }

  private redraw(): void {
    this.view.redraw();
    this.wall.redraw();
    if (this.page.state.panel === 'gates') this.gates?.redraw();
  }
}
