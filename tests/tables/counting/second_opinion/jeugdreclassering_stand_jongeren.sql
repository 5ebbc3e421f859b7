-- Jongeren op de peildatum: leeftijd op die dag x geslacht x regio boven de gemeente.
WITH t AS (
  SELECT jr.*, p.code AS pc, CASE WHEN geboren IS NULL THEN -1 ELSE greatest(0, datesub('year', geboren, p.laatste)) END AS jaar_oud
  FROM jr JOIN periode p ON p.soort = 'halfjaar' AND aanvang <= p.laatste AND (einde IS NULL OR einde > p.laatste)),
j AS (SELECT DISTINCT ON (persoon, pc) persoon, pc, jaar_oud, geslacht, gm FROM t ORDER BY persoon, pc, aanvang DESC, type DESC)
SELECT l.code, g.code, r.code, j.pc, count(DISTINCT j.persoon)
FROM j
JOIN c_leeftijd l ON l.waarde = j.jaar_oud JOIN c_geslacht g ON g.waarde = coalesce(j.geslacht, '-')
JOIN c_regio r ON r.gm = j.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
