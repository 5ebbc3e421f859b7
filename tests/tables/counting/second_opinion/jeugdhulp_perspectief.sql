-- Begonnen in de periode: perspectief x hulpvorm x regio boven de gemeente.
SELECT s.code, h.code, r.code, p.code, count(*)
FROM jh JOIN periode p ON jh.aanvang BETWEEN p.eerste AND p.laatste AND p.soort <> 'kwartaal'
JOIN c_perspectief s ON s.waarde = coalesce(jh.perspectief, '-') JOIN c_hulpvorm h ON h.waarde = jh.hulpvorm
JOIN c_regio r ON r.gm = jh.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
