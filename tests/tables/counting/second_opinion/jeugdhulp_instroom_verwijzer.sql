-- Begonnen in de periode: verwijzer x hulpvorm (totaal, verblijf, wijkteam of niet) x regio.
SELECT v.code, h.code, r.code, p.code, count(*)
FROM jh JOIN periode p ON jh.aanvang BETWEEN p.eerste AND p.laatste AND p.soort IN ('halfjaar', 'jaar')
JOIN c_verwijzer v ON v.waarde = coalesce(jh.verwijzer, '-')
JOIN c_hulpvorm h ON h.waarde = jh.hulpvorm AND (h.code LIKE 'A%' OR h.code = 'CWJH12')
JOIN c_regio r ON r.gm = jh.gm
GROUP BY ALL
