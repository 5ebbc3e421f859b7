-- Liep in de periode: nam een andere instelling het in die periode over? x soort x land.
WITH t AS (
  SELECT jb.*, p.code AS van, len(list_filter(over, lambda d: d BETWEEN p.eerste AND p.laatste)) > 0 AS overgenomen
  FROM jb JOIN periode p ON aanvang <= p.laatste AND (einde IS NULL OR einde >= p.eerste) AND p.soort <> 'kwartaal')
SELECT o.code, m.code, r.code, t.van, count(*)
FROM t JOIN (VALUES ('CWOD00', true), ('CWOD00', false), ('CWOD01', true), ('CWOD02', false)) o (code, overgenomen) ON o.overgenomen = t.overgenomen
JOIN c_jb m ON m.waarde = t.type AND m.code IN ('A027919', 'CWJB10', 'CWJB20')
JOIN c_regio r ON r.gm = t.gm AND r.niveau = 'land'
GROUP BY ALL
