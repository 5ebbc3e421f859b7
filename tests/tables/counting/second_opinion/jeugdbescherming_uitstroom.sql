-- Geëindigde maatregelen: ondertoezichtstelling of voogdij x reden x regio boven de gemeente.
SELECT m.code, x.code, r.code, p.code, count(*)
FROM jb JOIN periode p ON jb.einde BETWEEN p.eerste AND p.laatste AND p.soort <> 'kwartaal'
JOIN c_jb m ON m.waarde = jb.type AND m.code IN ('A027919', 'CWJB10', 'CWJB20')
JOIN c_reden_jb x ON x.waarde = coalesce(jb.reden, '-')
JOIN c_regio r ON r.gm = jb.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
