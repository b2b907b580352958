"""The only room that knows a driver or a dialect: engine, the write door, snapshots, columns, keys, migrations."""
