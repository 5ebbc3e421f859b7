/* Figures and dates as text. Own rules rather than the browser's: the same on every machine, and as on StatLine. */

const MARKS = {nl: {group: '.', point: ','}, en: {group: ',', point: '.'}};
const MONTHS = {
  nl: ['januari', 'februari', 'maart', 'april', 'mei', 'juni', 'juli', 'augustus', 'september', 'oktober', 'november', 'december'],
  en: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'],
};

/** figure(1234.5, 1, 'nl') === '1.234,5' */
export function figure(value, decimals, language) {
  const {group, point} = MARKS[language];
  const [whole, part] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return `${value < 0 ? '-' : ''}${grouped}${part ? point + part : ''}`;
}

/** day('2025-04-30', 'nl') === '30 april 2025' */
export function day(text, language) {
  const [year, month, date] = text.slice(0, 10).split('-').map(Number);
  return `${date} ${MONTHS[language][month - 1]} ${year}`;
}

export const STARS = {Voorlopig: '*', NaderVoorlopig: '**', Provisional: '*', RevisedProvisional: '**'};
