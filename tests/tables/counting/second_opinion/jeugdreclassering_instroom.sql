-- Begonnen maatregelen per halfjaar en jaar, uit kwartaalleveringen.
SELECT m.code, r.code, p.code, count(*)
FROM jr JOIN periode p ON jr.begonnen BETWEEN p.eerste AND p.laatste AND p.soort <> 'kwartaal'
JOIN c_jr m ON m.waarde = jr.type JOIN c_regio r ON r.gm = jr.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
