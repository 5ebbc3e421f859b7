-- Liep op de laatste dag van het halfjaar; wat die dag eindigde telt niet mee.
SELECT h.code, r.code, p.code, count(*)
FROM jh JOIN periode p ON p.soort = 'halfjaar' AND jh.aanvang <= p.laatste AND NOT coalesce(jh.einde <= p.laatste, false)
JOIN c_hulpvorm h ON h.waarde = jh.hulpvorm
JOIN c_regio r ON r.gm = jh.gm
GROUP BY ALL
