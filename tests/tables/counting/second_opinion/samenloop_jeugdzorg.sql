-- Jongeren met jeugdzorg in het jaar: welke vormen zij hadden x leeftijd x geslacht x regio.
WITH t AS (SELECT * FROM jz WHERE aanvang <= '2024-12-31' AND (einde IS NULL OR einde >= '2024-01-01')),
j AS (SELECT DISTINCT ON (persoon) persoon, jaren, geslacht, gm FROM t
      ORDER BY persoon, aanvang DESC, vorm DESC, soort DESC),
had AS (SELECT persoon, bool_or(vorm = 'JH') AS jh, bool_or(vorm = 'JB') AS jb, bool_or(vorm = 'JR') AS jr
        FROM t GROUP BY persoon),
s AS (
  SELECT persoon, 'CWJZ12' AS code FROM had
  UNION ALL SELECT persoon, 'CWJH12' FROM had WHERE jh
  UNION ALL SELECT persoon, 'A027919' FROM had WHERE jb
  UNION ALL SELECT persoon, 'A027920' FROM had WHERE jr
  UNION ALL SELECT persoon, 'CWSL01' FROM had WHERE jh AND NOT jb AND NOT jr
  UNION ALL SELECT persoon, 'CWSL02' FROM had WHERE jb AND NOT jh AND NOT jr
  UNION ALL SELECT persoon, 'CWSL04' FROM had WHERE jr AND NOT jh AND NOT jb
  UNION ALL SELECT persoon, 'CWSL03' FROM had WHERE jh AND jb AND NOT jr
  UNION ALL SELECT persoon, 'CWSL05' FROM had WHERE jh AND jr AND NOT jb
  UNION ALL SELECT persoon, 'CWSL06' FROM had WHERE jb AND jr AND NOT jh
  UNION ALL SELECT persoon, 'CWSL07' FROM had WHERE jh AND jb AND jr)
SELECT s.code, l.code, g.code, r.code, '2024JJ00', count(*)
FROM j JOIN s USING (persoon)
JOIN c_leeftijd l ON l.waarde = j.jaren JOIN c_geslacht g ON g.waarde = coalesce(j.geslacht, '-')
JOIN c_regio r ON r.gm = j.gm
GROUP BY ALL
