-- Liep in de periode: leeftijd x geslacht x soort x regio boven de gemeente.
SELECT l.code, g.code, m.code, r.code, p.code, count(*)
FROM jr JOIN periode p ON jr.aanvang <= p.laatste AND coalesce(jr.einde, '9999-01-01') >= p.eerste AND p.soort <> 'kwartaal'
JOIN c_leeftijd l ON l.waarde = jr.jaren JOIN c_geslacht g ON g.waarde = coalesce(jr.geslacht, '-')
JOIN c_jr m ON m.waarde = jr.type JOIN c_regio r ON r.gm = jr.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
