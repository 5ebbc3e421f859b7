-- Begonnen in de periode: hulpvorm x verwijzer x regio boven de gemeente.
SELECT h.code, v.code, r.code, p.code, count(*)
FROM jh JOIN periode p ON jh.aanvang BETWEEN p.eerste AND p.laatste AND p.soort IN ('halfjaar', 'jaar')
JOIN c_verwijzer v ON v.waarde = coalesce(jh.verwijzer, '-')
JOIN c_hulpvorm h ON h.waarde = jh.hulpvorm
JOIN c_regio r ON r.gm = jh.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
