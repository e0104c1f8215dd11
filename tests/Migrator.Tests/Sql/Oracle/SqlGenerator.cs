using System.Text;

namespace Migrator.Tests.Sql.Oracle;

/// <summary>Creates random statements from <see cref="SqlGrammar"/>. The same seed gives the same statements.</summary>
internal sealed class SqlGenerator(int seed)
{
    private const int MaxActions = 4;

    private readonly Random _random = new(seed);
    private int _count;

    /// <summary>Creates a statement. Subcommands and statements are used in turn, so that each of them occurs equally often.</summary>
    public string Next()
    {
        SqlAtoms atoms = new(_random);
        int number = _count++;
        List<string> tokens = [];
        if (number % 2 == 0)
        {
            int first = number / 2 % AlterTableGrammar.Subcommands.Length;
            Expand(_random.Next(8) == 0 ? "ALTER FOREIGN TABLE <if-exists?> <target>" : "ALTER TABLE <if-exists?> <target>", atoms, tokens);
            int actions = 1 + Math.Max(0, _random.Next(MaxActions * 2) - MaxActions);
            for (int i = 0; i < actions; i++)
            {
                if (i > 0)
                {
                    tokens.Add(",");
                }

                Expand(AlterTableGrammar.Subcommands[i == 0 ? first : _random.Next(AlterTableGrammar.Subcommands.Length)], atoms, tokens);
            }
        }
        else
        {
            Expand(SqlGrammar.Statements[number / 2 % SqlGrammar.Statements.Length], atoms, tokens);
        }

        StringBuilder statement = new(tokens[0]);
        for (int i = 1; i < tokens.Count; i++)
        {
            statement.Append(atoms.Blank(tokens[i - 1], tokens[i])).Append(tokens[i]);
        }

        return statement.ToString();
    }

    private void Expand(string alternative, SqlAtoms atoms, List<string> tokens)
    {
        foreach (string token in alternative.Split(' '))
        {
            if (token is not ['<', _, .., '>'])
            {
                tokens.Add(char.IsAsciiLetterUpper(token[0]) ? atoms.Case(token) : token);
            }
            else if (token == "<name>")
            {
                tokens.Add(atoms.Name());
            }
            else if (token == "<string>")
            {
                tokens.Add(atoms.String());
            }
            else if (!token.EndsWith("?>", StringComparison.Ordinal))
            {
                Expand(atoms.Pick(SqlGrammar.Rules[token[1..^1]]), atoms, tokens);
            }
            else if (_random.Next(2) == 0)
            {
                Expand(atoms.Pick(SqlGrammar.Rules[token[1..^2]]), atoms, tokens);
            }
        }
    }
}
