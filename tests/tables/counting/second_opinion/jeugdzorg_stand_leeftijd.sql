-- Jongeren met jeugdzorg op de peildatum: vorm (alle) x leeftijd in jaren op die dag, heel Nederland.
WITH t AS (
  SELECT jz.*, p.code AS pc, CASE WHEN geboren IS NULL THEN -1 ELSE greatest(0, datesub('year', geboren, p.laatste)) END AS toen
  FROM jz JOIN periode p ON p.soort = 'halfjaar' AND aanvang <= p.laatste AND (einde IS NULL OR einde > p.laatste)),
j AS (SELECT DISTINCT ON (persoon, pc) persoon, pc, toen FROM t ORDER BY persoon, pc, aanvang DESC, vorm DESC, soort DESC),
v (code, vorm) AS (VALUES ('CWJZ12', 'JH'), ('CWJZ12', 'JB'), ('CWJZ12', 'JR'), ('CWJH12', 'JH'), ('A027919', 'JB'),
                   ('A027920', 'JR')),
l AS (SELECT '10000' AS code, unnest(range(-1, 130)) AS waarde UNION ALL
      SELECT format('CWLJ{:02d}', w), w FROM (SELECT unnest(range(23)) AS w))
SELECT v.code, l.code, 'NL01', j.pc, count(DISTINCT j.persoon)
FROM j JOIN t USING (persoon, pc) JOIN v ON v.vorm = t.vorm JOIN l ON l.waarde = j.toen
GROUP BY ALL
