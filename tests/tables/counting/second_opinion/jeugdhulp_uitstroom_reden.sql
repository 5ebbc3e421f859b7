-- Geëindigd in de periode: reden x duur in dagen x regio boven de gemeente.
SELECT x.code, d.code, r.code, p.code, count(*)
FROM jh JOIN periode p ON jh.einde >= p.eerste AND jh.einde <= p.laatste AND p.soort <> 'kwartaal'
JOIN c_duur d ON date_diff('day', jh.aanvang, jh.einde) BETWEEN d.van AND d.tot
JOIN c_reden_jeugdhulp x ON x.waarde = coalesce(jh.reden, '-')
JOIN c_regio r ON r.gm = jh.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
