-- Jongeren met jeugdzorg op de peildatum: welke vormen zij op die dag hadden x leeftijd op die dag x geslacht x regio.
WITH t AS (
  SELECT jz.*, p.code AS pc, CASE WHEN geboren IS NULL THEN -1 ELSE greatest(0, datesub('year', geboren, p.laatste)) END AS toen
  FROM jz JOIN periode p ON p.soort = 'halfjaar' AND aanvang <= p.laatste AND (einde IS NULL OR einde > p.laatste)),
j AS (SELECT DISTINCT ON (persoon, pc) persoon, pc, toen, geslacht, gm FROM t
      ORDER BY persoon, pc, aanvang DESC, vorm DESC, soort DESC),
had AS (SELECT persoon, pc, string_agg(DISTINCT vorm, '+' ORDER BY vorm) AS wat FROM t GROUP BY ALL),
naam (wat, code) AS (VALUES ('JH', 'CWSL01'), ('JB', 'CWSL02'), ('JB+JH', 'CWSL03'), ('JR', 'CWSL04'), ('JH+JR', 'CWSL05'),
                            ('JB+JR', 'CWSL06'), ('JB+JH+JR', 'CWSL07')),
s AS (
  SELECT persoon, pc, code FROM had JOIN naam USING (wat)
  UNION ALL SELECT persoon, pc, 'CWJZ12' FROM had
  UNION ALL SELECT DISTINCT persoon, pc, CASE vorm WHEN 'JH' THEN 'CWJH12' WHEN 'JB' THEN 'A027919' ELSE 'A027920' END FROM t)
SELECT s.code, l.code, g.code, r.code, j.pc, count(*)
FROM j JOIN s USING (persoon, pc)
JOIN c_leeftijd l ON l.waarde = j.toen JOIN c_geslacht g ON g.waarde = coalesce(j.geslacht, '-')
JOIN c_regio r ON r.gm = j.gm
GROUP BY ALL
