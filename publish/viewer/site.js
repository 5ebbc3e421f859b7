/* What the server says of the project on the first page: its languages, name, and whether it has a map of its own. */

const told = globalThis.document?.documentElement?.dataset ?? {};

/** languages: the first is that in which the site opens; own: a project with a face of its own, which is not about youth care;
 *  without: pages that there are none of; map: the address of the outlines of its areas, or ''. */
export const SITE = {
  languages: (told.languages ?? 'nl en').split(' '),
  name: told.name ?? 'Celwacht',
  own: 'own' in told,
  without: new Set((told.without ?? '').split(' ')),
  map: told.map ?? '',
};
