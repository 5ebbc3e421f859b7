-- Machtigingen die op de peildatum golden: soort x leeftijd op die dag x regio boven de gemeente.
SELECT m.code, l.code, r.code, p.code, count(*)
FROM mu JOIN periode p ON p.soort = 'halfjaar' AND mu.aanvang <= p.laatste AND (mu.einde IS NULL OR mu.einde > p.laatste)
JOIN c_machtiging m ON m.waarde = mu.type
JOIN c_leeftijd l ON l.waarde =
  CASE WHEN mu.geboren IS NULL THEN -1 ELSE greatest(0, year(p.laatste) - year(mu.geboren) - CASE WHEN (month(p.laatste), day(p.laatste)) < (month(mu.geboren), day(mu.geboren)) THEN 1 ELSE 0 END) END
JOIN c_regio r ON r.gm = mu.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
