/**
 * HTML as text, safe by construction: whatever is put into a template is escaped, unless it is markup made by a template itself.
 * Names, comments and scripts in a report come from captures and files of strangers.
 */

export class Markup {
  constructor(readonly text: string) {}
}

type Content = Markup | string | number | null | readonly Content[];

/** null and empty lists are nothing. Line breaks of the template itself, with what follows them, are a space, between tags nothing. */
export const html = (strings: TemplateStringsArray, ...values: Content[]): Markup =>
  new Markup(strings.map((text, i) => tidy(text) + (i < values.length ? render(values[i]) : '')).join(''));

const tidy = (text: string): string => text.replace(/>\s*\n\s*</g, '><').replace(/\n\s*/g, ' ');

function render(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string' || typeof content === 'number') return escape(String(content));
  return content.map(render).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Escapes for text and for quoted attributes. Control characters would be dropped or misread: they become pictures of
 * themselves, and marks that turn the direction of writing, which could make a name look like another, are shown by number.
 */
export const escape = (text: string): string =>
  text
    .replace(/[&<>"']/g, (character) => ENTITIES[character])
    // eslint-disable-next-line no-control-regex
    .replace(/[\0-\x08\x0b-\x1f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)))
    .replace(
      /[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
      (character) => `\\u${hex(character.charCodeAt(0), 4)}`,
    )
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');

export const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
