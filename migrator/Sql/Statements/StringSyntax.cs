using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>
/// Follows the setting <c>standard_conforming_strings</c> through a script. If a statement switches it off, a backslash in a
/// <c>'…'</c> string of a later statement is an escape character. A run starts with the default, on.
/// </summary>
/// <param name="isInTransaction">Whether the script runs in one transaction. Otherwise SET LOCAL has an effect only between BEGIN and COMMIT.</param>
internal sealed class StringSyntax(bool isInTransaction)
{
    private const string Setting = "standard_conforming_strings";

    // The value after the current transaction, and the value to which a rollback returns.
    private bool _afterTransaction = true;
    private bool _beforeTransaction = true;
    private bool _isInTransaction = isInTransaction;

    /// <summary>Whether a backslash in a <c>'…'</c> string is an ordinary character.</summary>
    public bool IsStandard { get; private set; } = true;

    /// <summary>Applies the effect of a statement to the statements after it.</summary>
    public void Add(string statement)
    {
        StatementReader reader = new(statement, IsStandard);
        if (reader.SkipSet(out bool isLocal) is { } name)
        {
            if (IsSetting(name) && !reader.Is("from"))
            {
                Set(reader.Is("default") ? true : ParseBoolean(reader.Literal()), isLocal);
            }
        }
        else if (reader.Skip("reset"))
        {
            if (reader.Is("all") || IsSetting(reader.Literal()))
            {
                Set(true, isLocal: false);
            }
        }
        else if (reader.Skip("discard"))
        {
            if (reader.Is("all"))
            {
                Set(true, isLocal: false);
            }
        }
        else if (reader.Is("select"))
        {
            AddSetConfig(ref reader, statement);
        }
        else
        {
            AddTransaction(StatementKind.TransactionControlOf(statement));
        }
    }

    private void AddTransaction(TransactionControl control)
    {
        switch (control)
        {
            case TransactionControl.Begin:
                (_isInTransaction, _beforeTransaction) = (true, _afterTransaction);
                break;
            case TransactionControl.Commit:
                (_isInTransaction, IsStandard) = (false, _afterTransaction);
                break;
            case TransactionControl.Rollback when _isInTransaction:
                (_isInTransaction, IsStandard, _afterTransaction) = (false, _beforeTransaction, _beforeTransaction);
                break;
        }
    }

    // SELECT set_config('standard_conforming_strings', 'off', false)
    private void AddSetConfig(ref StatementReader reader, string statement)
    {
        if (!statement.Contains(Setting, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        for (; !reader.AtEnd; reader.Advance())
        {
            if (SqlName.Resolve(reader.Current.Kind, reader.CurrentText) != "set_config")
            {
                continue;
            }

            reader.Advance();
            reader.Advance();
            bool isSetting = IsSetting(reader.Literal());
            reader.Advance();
            bool? value = ParseBoolean(reader.Literal());
            reader.Advance();
            if (isSetting)
            {
                Set(value, isLocal: ParseBoolean(reader.Literal()) == true);
            }
        }
    }

    // The server refuses an invalid value, so the setting does not change.
    private void Set(bool? value, bool isLocal)
    {
        if (value is not { } isStandard || (isLocal && !_isInTransaction))
        {
            return;
        }

        IsStandard = isStandard;
        _afterTransaction = isLocal ? _afterTransaction : isStandard;
    }

    private static bool IsSetting(string? name) => string.Equals(name, Setting, StringComparison.OrdinalIgnoreCase);

    // The rules of parse_bool in bool.c: the start of a word is enough if it is unambiguous.
    private static bool? ParseBoolean(string? text)
    {
        bool IsStartOf(params ReadOnlySpan<string> words)
        {
            foreach (string word in words)
            {
                if (text.Length > 0 && word.StartsWith(text, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }

            return false;
        }

        return text is null || text.Equals("o", StringComparison.OrdinalIgnoreCase) ? null
            : IsStartOf("true", "yes", "on", "1") ? true
            : IsStartOf("false", "no", "off", "0") ? false
            : null;
    }
}
