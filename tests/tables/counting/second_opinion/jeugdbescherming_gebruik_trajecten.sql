-- Liep in de periode: leeftijd x geslacht x ondertoezichtstelling of voogdij x regio boven de gemeente.
SELECT l.code, g.code, m.code, r.code, p.code, count(*)
FROM jb JOIN periode p ON jb.aanvang <= p.laatste AND coalesce(jb.einde, '9999-01-01') >= p.eerste AND p.soort <> 'kwartaal'
JOIN c_leeftijd l ON l.waarde = jb.jaren JOIN c_geslacht g ON g.waarde = coalesce(jb.geslacht, '-')
JOIN c_jb m ON m.waarde = jb.type AND m.code IN ('A027919', 'CWJB10', 'CWJB20')
JOIN c_regio r ON r.gm = jb.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
