-- Geëindigde maatregelen in het jaar: soort x duur in dagen (tot 2 jaar of langer) x regio boven de gemeente.
SELECT m.code, d.code, r.code, '2024JJ00', count(*)
FROM jr JOIN c_jr m ON m.waarde = jr.type
JOIN c_duur d ON jr.einde - jr.aanvang BETWEEN d.van AND d.tot AND d.code NOT IN ('CWDU05', 'CWDU06', 'CWDU07')
JOIN c_regio r ON r.gm = jr.gm AND r.niveau <> 'gemeente'
WHERE jr.einde BETWEEN '2024-01-01' AND '2024-12-31'
GROUP BY ALL
