-- Op de laatste dag van het kwartaal, landelijk: soort x leeftijd.
SELECT m.code, l.code, p.code, count(*)
FROM jr JOIN periode p ON p.soort = 'kwartaal' AND jr.aanvang <= p.laatste AND (jr.einde IS NULL OR jr.einde > p.laatste)
JOIN c_jr m ON m.waarde = jr.type JOIN c_leeftijd l ON l.waarde =
  CASE WHEN jr.geboren IS NULL THEN -1 ELSE greatest(0, year(p.laatste) - year(jr.geboren) - CASE WHEN (month(p.laatste), day(p.laatste)) < (month(jr.geboren), day(jr.geboren)) THEN 1 ELSE 0 END) END
GROUP BY ALL
