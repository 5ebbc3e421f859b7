-- Geëindigde maatregelen: risicoprofiel x doorverwijzing x regio boven de gemeente.
SELECT d.code, v.code, r.code, p.code, count(*)
FROM jr JOIN periode p ON jr.einde BETWEEN p.eerste AND p.laatste AND p.soort <> 'kwartaal'
JOIN c_drp d ON d.waarde = coalesce(jr.drp, '-') JOIN c_doorverwijzing v ON v.waarde = coalesce(jr.doorverwijzing, '-')
JOIN c_regio r ON r.gm = jr.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
