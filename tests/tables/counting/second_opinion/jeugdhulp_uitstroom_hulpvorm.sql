-- Geëindigd in de periode: hulpvorm x duur (tot 2 jaar of langer) x hoofdreden x regio boven de gemeente.
SELECT h.code, d.code, x.code, r.code, p.code, count(*)
FROM jh JOIN periode p ON jh.einde BETWEEN p.eerste AND p.laatste AND p.soort <> 'kwartaal'
JOIN c_hulpvorm h ON h.waarde = jh.hulpvorm
JOIN c_duur d ON jh.einde - jh.aanvang BETWEEN d.van AND d.tot AND d.code NOT IN ('CWDU05', 'CWDU06', 'CWDU07')
JOIN c_reden_jeugdhulp x ON x.waarde = coalesce(jh.reden, '-') AND x.code IN ('CWRH00', 'CWRH01', 'CWRH10', 'CWRH99')
JOIN c_regio r ON r.gm = jh.gm AND r.niveau NOT IN ('gemeente', 'jeugdregio')
GROUP BY ALL
