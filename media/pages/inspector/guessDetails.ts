import { guessesAt, type UnpackedText } from '../../../src/model/inspection/unpack';
import { element } from '../shared/element';
import * as l10n from '../shared/l10n';
import { characterName, decimals, percent } from './names';

/** Beside the text: what was expected at the cursor, and the most surprising places. */
export class GuessDetails {
  readonly element: HTMLElement;
  private readonly here = element('div', { class: 'here' });
  private readonly places = element('ol', { class: 'places' });

  /** @param goTo shows a place of the text. */
  constructor(private readonly goTo: (from: number, to: number) => void) {
    this.element = element(
      'div',
      {},
      element(
        'p',
        { class: 'muted' },
        l10n.t(
          'Under each character stand the five that the model held likeliest there, shaded by probability; green is what came. The character itself is shaded by its surprise.',
        ),
      ),
      element('h2', {}, l10n.t('At the cursor')),
      this.here,
      element('h2', {}, l10n.t('Most surprising places')),
      this.places,
    );
  }

  show({ places, characters }: UnpackedText): void {
    this.places.replaceChildren(
      ...places.map(({ line, start, end, bits }) =>
        element(
          'li',
          {},
          element(
            'button',
            { class: 'link', onclick: () => this.goTo(start, end) },
            element('span', { class: 'muted' }, l10n.t('line {0}', line + 1)),
            element('code', {}, characters.slice(start, end).join('')),
            element('span', { class: 'number' }, l10n.t('{0} bits', decimals(bits, 1))),
          ),
        ),
      ),
    );
  }

  showCharacter(text: UnpackedText, character: number, position: { line: number; column: number }): void {
    const rows = guessesAt(text, character).map((guess) => {
      const isHit = guess.character === text.characters[character];
      const bar = element('span', { class: 'bar' });
      bar.style.width = `${Math.round(90 * guess.probability)}px`;
      return element(
        'tr',
        { class: isHit ? 'hit' : '' },
        element('td', {}, element('code', {}, characterName(guess.character))),
        element('td', { class: 'number' }, percent(guess.probability)),
        element('td', { class: 'bars' }, bar),
      );
    });
    this.here.replaceChildren(
      element('p', {}, describeCharacter(text, character, position)),
      element('table', { 'aria-label': l10n.t('Expected here') }, ...rows),
    );
  }
}

/** The character in words, as a screen reader says it. */
export function describeCharacter(
  { characters, bits }: UnpackedText,
  character: number,
  { line, column }: { readonly line: number; readonly column: number },
): string {
  const name = characterName(characters[character]!);
  return l10n.t('Line {0}, column {1}: {2}, {3} bits', line, column, name, decimals(bits[character]!, 2));
}
