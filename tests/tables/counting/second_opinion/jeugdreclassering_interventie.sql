-- Geëindigde maatregelen: erkende interventie x soort x land en provincie.
SELECT i.code, m.code, r.code, p.code, count(*)
FROM jr JOIN periode p ON jr.einde BETWEEN p.eerste AND p.laatste AND p.soort <> 'kwartaal'
JOIN c_interventie i ON i.waarde = coalesce(jr.interventie, '-') JOIN c_jr m ON m.waarde = jr.type
JOIN c_regio r ON r.gm = jr.gm AND r.niveau IN ('land', 'provincie', 'onbekend')
GROUP BY ALL
