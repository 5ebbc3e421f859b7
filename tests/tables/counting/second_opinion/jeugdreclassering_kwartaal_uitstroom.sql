-- Geëindigd per kwartaal, landelijk: soort x leeftijd.
SELECT m.code, l.code, p.code, count(*)
FROM jr JOIN periode p ON jr.einde BETWEEN p.eerste AND p.laatste AND p.soort = 'kwartaal'
JOIN c_jr m ON m.waarde = jr.type JOIN c_leeftijd l ON l.waarde = jr.jaren
GROUP BY ALL
