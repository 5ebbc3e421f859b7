-- Begonnen machtigingen: soort x leeftijd x regio boven de gemeente.
SELECT m.code, l.code, r.code, p.code, count(*)
FROM mu JOIN periode p ON mu.aanvang BETWEEN p.eerste AND p.laatste AND p.soort <> 'kwartaal'
JOIN c_machtiging m ON m.waarde = mu.type JOIN c_leeftijd l ON l.waarde = mu.jaren
JOIN c_regio r ON r.gm = mu.gm AND r.niveau NOT IN ('gemeente', 'jeugdregio')
GROUP BY ALL
