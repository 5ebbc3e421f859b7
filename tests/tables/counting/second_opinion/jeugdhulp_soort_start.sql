-- Begonnen in de periode: was er in de vijf jaar ervoor al jeugdhulp die een dag of meer eerder ophield? x hulpvorm x regio.
WITH t AS (
  SELECT jh.*, EXISTS (SELECT 1 FROM jh v WHERE v.persoon = jh.persoon AND v.einde + 1 < jh.aanvang AND v.einde >= jh.aanvang - INTERVAL 5 YEAR) AS eerder
  FROM jh)
SELECT s.code, h.code, r.code, p.code, count(*)
FROM t JOIN periode p ON t.aanvang BETWEEN p.eerste AND p.laatste AND p.soort <> 'kwartaal'
JOIN (VALUES ('CWST00', true), ('CWST00', false), ('CWST01', false), ('CWST02', true)) s (code, eerder) ON s.eerder = t.eerder
JOIN c_hulpvorm h ON h.waarde = t.hulpvorm AND (h.code LIKE 'A%' OR h.code = 'CWJH12')
JOIN c_regio r ON r.gm = t.gm
GROUP BY ALL
