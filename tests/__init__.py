"""The checks, in five rings: unit, property, functional, browser, attack; and the migrations' own."""
