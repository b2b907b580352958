-- Sums of whole book months, by bucket, category ('' for none) and flow.
-- bucket = (month + shift) / width, never negative because shift moves the first bucket to 0.
-- The inner sum runs in the order of the rollup's key, so that fewer rows are sorted into buckets.
SELECT (m.month + :shift) / :width AS bucket, m.category_id AS part, m.flow, m.currency, m.base_currency,
       CAST(SUM(m.amount_minor) AS BIGINT) AS amount_minor,
       CAST(SUM(m.base_minor) AS BIGINT) AS base_minor,
       CAST(SUM(m.count) AS BIGINT) AS count,
       CAST(SUM(m.count_without_rate) AS BIGINT) AS count_without_rate
FROM (
    SELECT r.month, r.category_id, r.flow, r.currency, r.base_currency,
           CAST(SUM(r.amount_minor) AS BIGINT) AS amount_minor,
           CAST(SUM(r.base_minor) AS BIGINT) AS base_minor,
           CAST(SUM(r.count) AS BIGINT) AS count,
           CAST(SUM(r.count_without_rate) AS BIGINT) AS count_without_rate
    FROM rollup AS r
    WHERE r.book_id = :book AND r.month BETWEEN :from_month AND :to_month
      AND r.flow IN (:flow, :flow_too)  -- if :flow
      AND r.account_id = :account  -- if :account
      AND (r.category_id = :category OR r.category_id IN (SELECT c.id FROM category AS c WHERE c.book_id = :book AND c.parent_id = :category))  -- if :category
    GROUP BY r.month, r.flow, r.currency, r.base_currency, r.category_id
) AS m
GROUP BY bucket, m.category_id, m.flow, m.currency, m.base_currency
HAVING SUM(m.count) > 0
