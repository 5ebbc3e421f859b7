-- Maatregelen op de peildatum.
SELECT m.code, r.code, p.code, count(*)
FROM jr JOIN periode p ON p.soort = 'halfjaar' AND jr.aanvang <= p.laatste AND (jr.einde IS NULL OR jr.einde > p.laatste)
JOIN c_jr m ON m.waarde = jr.type JOIN c_regio r ON r.gm = jr.gm
GROUP BY ALL
