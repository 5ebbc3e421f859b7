-- Records of jeugdhulp, loaded once for 2024; then the database is locked.
CREATE TABLE "jeugdhulp_2024" AS
WITH
-- 1. Records of jeugdhulp as delivered, in all periods of the span.
geleverd_jeugdhulp AS (
  SELECT
    "persoon",
    "bsn_bekend",
    "geboortedatum",
    "geslacht",
    "postcode",
    "gemeente",
    "einde",
    "aanbieder",
    "periode",
    "bestand",
    "verwijzer",
    "hulpvorm",
    "crisis",
    "reden",
    "perspectief",
    "aanvang",
    LIST_POSITION($perioden_jeugdhulp, "periode") AS "rang",
    CAST(LIST_EXTRACT($eindes_jeugdhulp, LIST_POSITION($perioden_jeugdhulp, "periode")) AS DATE) AS "tot"
  FROM READ_PARQUET($bestanden_jeugdhulp, union_by_name = TRUE)
),
-- 2. One row per persoon, aanvang, hulpvorm, aanbieder: the latest delivery; within it what still runs.
laatste_jeugdhulp AS (
  SELECT
    *,
    MIN("tot") OVER (PARTITION BY "persoon", "aanvang", "hulpvorm", "aanbieder") AS "eerst"
  FROM geleverd_jeugdhulp
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "persoon", "aanvang", "hulpvorm", "aanbieder"
      ORDER BY "rang" DESC, "einde" DESC NULLS FIRST, "bsn_bekend" ASC, "geboortedatum" ASC, "geslacht" ASC, "postcode" ASC, "gemeente" ASC, "bestand" ASC, "verwijzer" ASC, "crisis" ASC, "reden" ASC, "perspectief" ASC
    ) = 1
),
-- 3. Which ran on when last delivered, although a later period was delivered?
stil_jeugdhulp AS (
  SELECT
    *,
    (
      "einde" IS NULL OR "einde" > "tot"
    )
    AND "tot" < (
      SELECT
        MAX("tot")
      FROM geleverd_jeugdhulp
    ) AS "stil"
  FROM laatste_jeugdhulp
),
-- 4. Without those whose provider gives them with another begin since; what does not return is closed by rule niet_teruggekeerd.
blijvend_jeugdhulp AS (
  SELECT
    o.*
    REPLACE (CASE WHEN "o"."stil" THEN "o"."tot" + 1 ELSE "o"."einde" END AS "einde", CASE WHEN "o"."stil" THEN CAST(NULL AS TEXT) ELSE "o"."reden" END AS "reden"),
    CASE WHEN "o"."stil" THEN 'niet_teruggekeerd' END AS "gesloten_door"
  FROM stil_jeugdhulp AS o
  WHERE
    NOT (
      "o"."stil"
      AND (
        EXISTS(
          SELECT
            1
          FROM stil_jeugdhulp AS n
          WHERE
            "n"."persoon" = "o"."persoon"
            AND "n"."hulpvorm" = "o"."hulpvorm"
            AND "n"."aanbieder" = "o"."aanbieder"
            AND "n"."eerst" > "o"."tot"
            AND "n"."aanvang" <= "o"."tot"
        )
      )
    )
),
-- 5. The trajectories.
traject_jeugdhulp AS (
  SELECT
    "persoon",
    "bsn_bekend",
    "geboortedatum",
    "geslacht",
    "postcode",
    "gemeente",
    "aanbieder",
    "aanvang",
    "aanvang" AS "begonnen",
    "einde",
    "verwijzer",
    "hulpvorm",
    "crisis",
    "reden",
    "perspectief",
    "gesloten_door",
    '' AS "vorm_",
    "hulpvorm" AS "soort"
  FROM blijvend_jeugdhulp
),
-- 6. All trajectories of the source.
trajecten AS (
  SELECT
    *
  FROM traject_jeugdhulp
),
-- 7. Kinds of trajectory in order, to tell apart what began on one day.
soorten AS (
  SELECT
    LIST_SORT(ARRAY_AGG(DISTINCT "vorm_" || COALESCE("soort", ''))) AS "lijst"
  FROM trajecten
),
-- 8. Postcode to wijk and gemeente; where a postcode has several, one row decides both.
plaatsen AS (
  SELECT
    "postcode",
    "wijk" AS "wijk",
    "gemeente" AS "gemeente"
  FROM READ_PARQUET($postcodes, union_by_name = TRUE)
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "postcode" ORDER BY "gemeente" ASC, "wijk" ASC) = 1
),
-- 9. What persoonskenmerken says of the year.
kenmerken_persoonskenmerken AS (
  SELECT
    "persoon",
    MIN("huishouden") AS "huishouden",
    MIN("herkomst") AS "herkomst"
  FROM READ_PARQUET($kenmerken_persoonskenmerken, union_by_name = TRUE)
  WHERE
    CAST("jaar" AS INT) = 2024
  GROUP BY
    "persoon"
)
-- 10. What else is known beside each trajectory: age, place, persons; its place by begin.
SELECT
  "t"."persoon",
  "t"."bsn_bekend",
  "t"."geboortedatum",
  "t"."geslacht",
  "t"."aanvang",
  "t"."einde",
  "t"."aanbieder",
  "t"."begonnen",
  "t"."verwijzer",
  "t"."hulpvorm",
  "t"."crisis",
  "t"."reden",
  "t"."perspectief",
  "t"."gesloten_door",
  CASE
    WHEN EXISTS(
      SELECT
        1
      FROM trajecten AS v
      WHERE
        "v"."persoon" = "t"."persoon"
        AND "v"."einde" BETWEEN "t"."aanvang" - INTERVAL '5' YEAR AND "t"."aanvang" - INTERVAL '2' DAY
    )
    THEN '02'
    ELSE '01'
  END AS "soort_start",
  2024 - EXTRACT(year FROM "t"."geboortedatum") AS "leeftijd",
  COALESCE("p"."gemeente", "t"."gemeente") AS "gemeente",
  "p"."wijk",
  "k0"."huishouden",
  "k0"."herkomst",
  DATE_DIFF('DAY', CAST('1970-01-01' AS DATE), "t"."aanvang") * 1000 + LIST_POSITION((
    SELECT
      "lijst"
    FROM soorten
  ), "t"."vorm_" || COALESCE("t"."soort", '')) AS "volgorde"
FROM trajecten AS t
LEFT JOIN plaatsen AS p
  ON "p"."postcode" = "t"."postcode"
LEFT JOIN kenmerken_persoonskenmerken AS k0
  ON "k0"."persoon" = "t"."persoon"
WHERE
  "t"."einde" IS NULL OR "t"."einde" >= CAST('2024-01-01' AS DATE);

-- Table jeugdhulp_gebruik_jongeren: 2024HJ01.
WITH
-- 1. Fields of this table, one row per trajectory.
gegevens AS (
  SELECT
    "persoon",
    "volgorde",
    "aanvang",
    "begonnen",
    "einde",
    "gemeente",
    "geslacht",
    "hulpvorm",
    "leeftijd"
  FROM jeugdhulp_2024
),
-- 2. Those that run at any time in 2024HJ01.
gekozen AS (
  SELECT
    *
  FROM gegevens
  WHERE
    "aanvang" <= CAST('2024-06-30' AS DATE)
    AND (
      "einde" IS NULL OR "einde" >= CAST('2024-01-01' AS DATE)
    )
),
-- 3. Which value is which class of RegioS: 359 values, bound.
klassen_4 AS (
  SELECT
    UNNEST($waarden_4) AS "waarde",
    UNNEST($bladen_4) AS "klasse"
),
-- 4. The class of each trajectory in each dimension, as a number.
ingedeeld AS (
  SELECT
    "persoon",
    "volgorde",
    CASE
      WHEN "leeftijd" >= 0 AND "leeftijd" < 4
      THEN 0
      WHEN "leeftijd" >= 4 AND "leeftijd" < 12
      THEN 1
      WHEN "leeftijd" >= 12 AND "leeftijd" < 18
      THEN 2
      WHEN "leeftijd" >= 18 AND "leeftijd" < 23
      THEN 3
      ELSE 4
    END AS "1_Leeftijd",
    CASE "geslacht" WHEN 'M' THEN 0 WHEN 'V' THEN 1 ELSE 2 END AS "2_Geslacht",
    CASE "hulpvorm"
      WHEN '01'
      THEN 0
      WHEN '02'
      THEN 1
      WHEN '03'
      THEN 1
      WHEN '04'
      THEN 1
      WHEN '11'
      THEN 2
      WHEN '12'
      THEN 2
      WHEN '13'
      THEN 2
      WHEN '14'
      THEN 2
      ELSE 62
    END AS "3_VormenVanJeugdzorg",
    COALESCE("klassen_4"."klasse", 342) AS "4_RegioS"
  FROM gekozen
  LEFT JOIN klassen_4 AS klassen_4
    ON "klassen_4"."waarde" = "gemeente"
),
-- 5. One row per person: the set of classes touched (as bits), or the class of the trajectory that began last.
personen AS (
  SELECT
    ARG_MAX("1_Leeftijd", "volgorde") AS "1_Leeftijd",
    ARG_MAX("2_Geslacht", "volgorde") AS "2_Geslacht",
    BIT_OR(CAST(1 AS BIGINT) << "3_VormenVanJeugdzorg") AS "3_VormenVanJeugdzorg",
    ARG_MAX("4_RegioS", "volgorde") AS "4_RegioS"
  FROM ingedeeld
  GROUP BY
    "persoon"
)
-- 6. Count jongeren per combination of classes: the atoms.
SELECT
  "1_Leeftijd",
  "2_Geslacht",
  "3_VormenVanJeugdzorg",
  "4_RegioS",
  COUNT(*) AS "aantal"
FROM personen
GROUP BY
  "1_Leeftijd",
  "2_Geslacht",
  "3_VormenVanJeugdzorg",
  "4_RegioS";
