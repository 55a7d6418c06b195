"""`python -m migration` is the `ikou` command."""

from migration.cli import main

if __name__ == "__main__":
    main()
