-- Begonnen in de periode: was er in de vijf jaar ervoor al zo'n maatregel die een dag of meer eerder ophield?
WITH t AS (
  SELECT jb.*, EXISTS (SELECT 1 FROM jb v WHERE v.persoon = jb.persoon AND v.einde + 1 < jb.aanvang AND v.einde >= jb.aanvang - INTERVAL 5 YEAR) AS eerder
  FROM jb)
SELECT s.code, m.code, r.code, p.code, count(*)
FROM t JOIN periode p ON t.begonnen BETWEEN p.eerste AND p.laatste AND p.soort <> 'kwartaal'
JOIN (VALUES ('CWST00', true), ('CWST00', false), ('CWST01', false), ('CWST02', true)) s (code, eerder) ON s.eerder = t.eerder
JOIN c_jb m ON m.waarde = t.type AND m.code IN ('A027919', 'CWJB10', 'CWJB20')
JOIN c_regio r ON r.gm = t.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
