-- Geëindigd in de periode: duur in dagen (langer dan 2 jaar samen) x reden (voortijdig samen) x regio.
SELECT d.code, x.code, r.code, p.code, count(*)
FROM jh JOIN periode p ON jh.einde >= p.eerste AND jh.einde <= p.laatste AND p.soort <> 'kwartaal'
JOIN c_duur d ON date_diff('day', jh.aanvang, jh.einde) BETWEEN d.van AND d.tot
  AND d.code NOT IN ('CWDU05', 'CWDU06', 'CWDU07')
JOIN c_reden_jeugdhulp x ON x.waarde = coalesce(jh.reden, '-') AND x.code IN ('CWRH00', 'CWRH01', 'CWRH10', 'CWRH99')
JOIN c_regio r ON r.gm = jh.gm
GROUP BY ALL
