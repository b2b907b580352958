-- Sums of each whole book month by category ('' for none) and flow; bucket = month + shift.
-- Grouped in the order of the rollup's key: nothing is sorted.
SELECT r.month + :shift AS bucket, r.category_id AS part, r.flow, r.currency, r.base_currency,
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
HAVING SUM(r.count) > 0
