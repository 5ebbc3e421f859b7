-- Begonnen in de periode: was er in de vijf jaar ervoor al zo'n maatregel die een dag of meer eerder ophield?
WITH t AS (
  SELECT jr.*, EXISTS (SELECT 1 FROM jr v WHERE v.persoon = jr.persoon AND v.einde + 1 < jr.aanvang AND v.einde >= jr.aanvang - INTERVAL 5 YEAR) AS eerder
  FROM jr)
SELECT s.code, r.code, p.code, count(*)
FROM t JOIN periode p ON t.begonnen BETWEEN p.eerste AND p.laatste AND p.soort <> 'kwartaal'
JOIN (VALUES ('CWST00', true), ('CWST00', false), ('CWST01', false), ('CWST02', true)) s (code, eerder) ON s.eerder = t.eerder
JOIN c_regio r ON r.gm = t.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
