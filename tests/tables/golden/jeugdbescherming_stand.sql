-- Records of jeugdbescherming, loaded once for 2024; then the database is locked.
CREATE TABLE "jeugdbescherming_2024" AS
WITH
-- 1. Records of jeugdbescherming as delivered, in all periods of the span.
geleverd_jeugdbescherming AS (
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
    "type",
    "reden",
    "overgedragen",
    "overgedragen_gekregen",
    COALESCE("aanvang", "overgedragen_gekregen") AS "aanvang",
    LIST_POSITION($perioden_jeugdbescherming, "periode") AS "rang"
  FROM READ_PARQUET($bestanden_jeugdbescherming, union_by_name = TRUE)
),
-- 2. One row per record key (persoon, aanvang, type): the latest delivery; within it the provider that has not handed over, and what still runs.
laatste_jeugdbescherming AS (
  SELECT
    *
  FROM geleverd_jeugdbescherming
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "persoon", "aanvang", "type"
      ORDER BY "rang" DESC, "overgedragen" DESC NULLS FIRST, "einde" DESC NULLS FIRST, "bsn_bekend" ASC, "geboortedatum" ASC, "geslacht" ASC, "postcode" ASC, "gemeente" ASC, "aanbieder" ASC, "bestand" ASC, "reden" ASC, "overgedragen_gekregen" ASC
    ) = 1
),
-- 3. Does it go on where another institution handed over the day before?
schakel_jeugdbescherming AS (
  SELECT
    *,
    CASE
      WHEN "overgedragen_gekregen" = LAG("overgedragen") OVER (PARTITION BY "persoon", "type" ORDER BY "aanvang" ASC) + 1
      THEN 0
      ELSE 1
    END AS "eerste"
  FROM laatste_jeugdbescherming
),
-- 4. A number for each chain of institutions.
keten_jeugdbescherming AS (
  SELECT
    *,
    CASE WHEN "aanvang" = "overgedragen_gekregen" THEN NULL ELSE "aanvang" END AS "begin",
    SUM("eerste") OVER (PARTITION BY "persoon", "type" ORDER BY "aanvang" ASC) AS "keten"
  FROM schakel_jeugdbescherming
),
-- 5. One row per chain: begin of the first, all else of the last.
traject_jeugdbescherming AS (
  SELECT
    "persoon",
    "bsn_bekend",
    "geboortedatum",
    "geslacht",
    "postcode",
    "gemeente",
    "einde",
    "aanbieder",
    MIN("aanvang") OVER (PARTITION BY "persoon", "type", "keten") AS "aanvang",
    MIN("begin") OVER (PARTITION BY "persoon", "type", "keten") AS "begonnen",
    "type",
    "reden",
    '' AS "vorm",
    "type" AS "soort"
  FROM keten_jeugdbescherming
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "persoon", "type", "keten" ORDER BY "aanvang" DESC) = 1
),
-- 6. All trajectories of the source.
trajecten AS (
  SELECT
    *
  FROM traject_jeugdbescherming
),
-- 7. Kinds of trajectory in order, to tell apart what began on one day.
soorten AS (
  SELECT
    LIST_SORT(ARRAY_AGG(DISTINCT "vorm" || COALESCE("soort", ''))) AS "lijst"
  FROM trajecten
),
-- 8. Postcode to wijk and gemeente.
plaatsen AS (
  SELECT
    "postcode",
    MIN("wijk") AS "wijk",
    MIN("gemeente") AS "gemeente"
  FROM READ_PARQUET($postcodes, union_by_name = TRUE)
  GROUP BY
    "postcode"
),
-- 9. Household and origin of the year, from the population register.
kenmerken AS (
  SELECT
    "persoon",
    MIN("huishouden") AS "huishouden",
    MIN("herkomst") AS "herkomst"
  FROM READ_PARQUET($kenmerken, union_by_name = TRUE)
  WHERE
    CAST("jaar" AS INT) = 2024
  GROUP BY
    "persoon"
)
-- 10. Age, region, household and origin beside each trajectory; its place by begin.
SELECT
  "t"."persoon",
  "t"."aanvang",
  "t"."einde",
  "t"."begonnen",
  "t"."geslacht",
  "t"."aanbieder",
  "t"."bsn_bekend",
  "t"."type",
  "t"."reden",
  2024 - EXTRACT(year FROM "t"."geboortedatum") AS "leeftijd",
  COALESCE("p"."gemeente", "t"."gemeente") AS "gemeente",
  "p"."wijk",
  "k"."huishouden",
  "k"."herkomst",
  DATE_DIFF('DAY', CAST('1970-01-01' AS DATE), "t"."aanvang") * 1000 + LIST_POSITION((
    SELECT
      "lijst"
    FROM soorten
  ), "t"."vorm" || COALESCE("t"."soort", '')) AS "volgorde"
FROM trajecten AS t
LEFT JOIN plaatsen AS p
  ON "p"."postcode" = "t"."postcode"
LEFT JOIN kenmerken AS k
  ON "k"."persoon" = "t"."persoon";

-- Table jeugdbescherming_stand: 2024HJ01.
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
    "type"
  FROM jeugdbescherming_2024
),
-- 2. Those that run on the last day of 2024HJ01; Perioden has a bit for each, where type in ('11', '12', '21', '22', '23').
gekozen AS (
  SELECT
    *,
    CASE
      WHEN "aanvang" <= CAST('2024-06-30' AS DATE)
      AND (
        "einde" IS NULL OR "einde" > CAST('2024-06-30' AS DATE)
      )
      THEN 1
      ELSE 0
    END AS "3_Perioden"
  FROM gegevens
  WHERE
    (
      "aanvang" <= CAST('2024-06-30' AS DATE)
      AND (
        "einde" IS NULL OR "einde" > CAST('2024-06-30' AS DATE)
      )
    )
    AND COALESCE("type" IN ('11', '12', '21', '22', '23'), FALSE)
),
-- 3. Which value is which class of RegioS: 359 values, bound.
klassen_2 AS (
  SELECT
    UNNEST($waarden_2) AS "waarde",
    UNNEST($bladen_2) AS "klasse"
),
-- 4. The class of each trajectory in each dimension, as a number.
ingedeeld AS (
  SELECT
    "3_Perioden",
    CASE "type"
      WHEN '11'
      THEN 0
      WHEN '12'
      THEN 1
      WHEN '21'
      THEN 2
      WHEN '22'
      THEN 3
      WHEN '23'
      THEN 4
      ELSE -1
    END AS "1_SoortMaatregel",
    COALESCE("klassen_2"."klasse", 342) AS "2_RegioS"
  FROM gekozen
  LEFT JOIN klassen_2
    ON "klassen_2"."waarde" = "gemeente"
)
-- 5. Count trajecten per combination of classes: the atoms.
SELECT
  "1_SoortMaatregel",
  "2_RegioS",
  "3_Perioden",
  COUNT(*) AS "aantal"
FROM ingedeeld
GROUP BY
  "1_SoortMaatregel",
  "2_RegioS",
  "3_Perioden";
