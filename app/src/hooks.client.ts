// Loaded before the router and its screens: on a device that has a book, its database opens while they come.
import '$src/outlay';
