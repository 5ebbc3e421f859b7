-- Jongeren met jeugdbescherming op de peildatum: maatregel (alle) x leeftijd in jaren op die dag, heel Nederland.
WITH t AS (
  SELECT jb.*, p.code AS pc, CASE WHEN geboren IS NULL THEN -1 ELSE greatest(0, datesub('year', geboren, p.laatste)) END AS jaar_oud
  FROM jb JOIN periode p ON p.soort = 'halfjaar' AND aanvang <= p.laatste AND (einde IS NULL OR einde > p.laatste)),
j AS (SELECT DISTINCT ON (persoon, pc) persoon, pc, jaar_oud FROM t ORDER BY persoon, pc, aanvang DESC, type DESC),
m (code, types) AS (VALUES ('A027919', ['11', '12', '21', '22', '23']), ('CWJB10', ['11', '12']), ('CWJB20', ['21', '22', '23'])),
l AS (SELECT '10000' AS code, unnest(range(-1, 130)) AS waarde UNION ALL
      SELECT format('CWLJ{:02d}', w), w FROM (SELECT unnest(range(18)) AS w))
SELECT m.code, l.code, 'NL01', j.pc, count(DISTINCT j.persoon)
FROM j JOIN t USING (persoon, pc) JOIN m ON list_contains(m.types, t.type) JOIN l ON l.waarde = j.jaar_oud
GROUP BY ALL
