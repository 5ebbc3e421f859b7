-- Liep in de periode: leeftijd x geslacht x hulpvorm (totaal, verblijf, wijkteam of niet) x regio, trajecten.
SELECT l.code, g.code, h.code, r.code, p.code, count(*)
FROM jh JOIN periode p ON jh.aanvang <= p.laatste AND coalesce(jh.einde, '9999-01-01') >= p.eerste AND p.soort <> 'kwartaal'
JOIN c_leeftijd l ON l.waarde = jh.jaren
JOIN c_geslacht g ON g.waarde = coalesce(jh.geslacht, '-')
JOIN c_hulpvorm h ON h.waarde = jh.hulpvorm AND (h.code LIKE 'A%' OR h.code = 'CWJH12')
JOIN c_regio r ON r.gm = jh.gm
GROUP BY ALL
