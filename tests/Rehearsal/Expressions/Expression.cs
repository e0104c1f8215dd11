namespace Migrator.Rehearsal.Expressions;

/// <summary>
/// Parses the part of Spring's expression language that pipelines use
/// (https://docs.spring.io/spring-framework/reference/core/expressions/language-ref.html): comparisons, <c>and</c>,
/// <c>or</c>, <c>not</c>, <c>? :</c>, <c>?:</c>, <c>+</c>, property paths, <c>[…]</c>, selections <c>.?[…]</c>,
/// functions, and methods of strings and lists. All other syntax is an error.
/// </summary>
internal sealed class Expression
{
    private readonly IReadOnlyList<Token> _tokens;
    private readonly string _text;
    private int _next;

    private Expression(string text)
    {
        _text = text;
        _tokens = Tokenizer.Tokenize(text);
    }

    private Token Current => _tokens[_next];

    /// <summary>Parses an expression. The returned function evaluates it in a scope.</summary>
    /// <exception cref="ExpressionException">The syntax is invalid or not supported.</exception>
    public static Func<Scope, object?> Parse(string text)
    {
        var expression = new Expression(text);
        var node = expression.Ternary();
        return expression.Current.Kind == TokenKind.End ? node : throw expression.Unexpected();
    }

    /// <summary>Returns the parameters and stages that an expression refers to.</summary>
    /// <exception cref="ExpressionException">The syntax is invalid or not supported.</exception>
    public static References References(string text)
    {
        Parse(text);
        return Expressions.References.Of(Tokenizer.Tokenize(text));
    }

    private Func<Scope, object?> Ternary()
    {
        var value = Or();
        if (Take("?:"))
        {
            var other = Ternary();
            return s => value(s) is { } found and not "" ? found : other(s);
        }

        if (!Take("?"))
        {
            return value;
        }

        var yes = Ternary();
        Expect(":");
        var no = Ternary();
        return s => Values.ToBoolean(value(s)) ? yes(s) : no(s);
    }

    private Func<Scope, object?> Or()
    {
        var left = And();
        while (Take("||") || Take("or"))
        {
            var (first, second) = (left, And());
            left = s => Values.ToBoolean(first(s)) || Values.ToBoolean(second(s));
        }

        return left;
    }

    private Func<Scope, object?> And()
    {
        var left = Not();
        while (Take("&&") || Take("and"))
        {
            var (first, second) = (left, Not());
            left = s => Values.ToBoolean(first(s)) && Values.ToBoolean(second(s));
        }

        return left;
    }

    private Func<Scope, object?> Not()
    {
        if (!Take("!") && !Take("not"))
        {
            return Comparison();
        }

        var inner = Not();
        return s => !Values.ToBoolean(inner(s));
    }

    private Func<Scope, object?> Comparison()
    {
        var left = Sum();
        Func<object?, object?, bool>? compare = Current.Text switch
        {
            "==" or "eq" => Values.AreEqual,
            "!=" or "ne" => (a, b) => !Values.AreEqual(a, b),
            "<" or "lt" => (a, b) => Values.Compare(a, b) < 0,
            "<=" or "le" => (a, b) => Values.Compare(a, b) <= 0,
            ">" or "gt" => (a, b) => Values.Compare(a, b) > 0,
            ">=" or "ge" => (a, b) => Values.Compare(a, b) >= 0,
            _ => null,
        };
        if (compare is null || !Take(Current.Text))
        {
            return left;
        }

        var right = Sum();
        return s => compare(left(s), right(s));
    }

    private Func<Scope, object?> Sum()
    {
        var left = Path();
        while (true)
        {
            var isPlus = Current.Is("+");
            if (!Take("+") && !Take("-"))
            {
                return left;
            }

            var (first, second) = (left, Path());
            left = s => Values.Add(first(s), second(s), isPlus);
        }
    }

    private Func<Scope, object?> Path()
    {
        var value = Primary();
        while (true)
        {
            var target = value;
            if (Take(".?["))
            {
                var condition = Ternary();
                Expect("]");
                value = s => Select(target(s), condition, s);
            }
            else if (Take("?."))
            {
                var member = Member();
                value = s => target(s) is { } found ? member(found, s) : null;
            }
            else if (Take("."))
            {
                var member = Member();
                value = s => member(target(s), s);
            }
            else if (Take("["))
            {
                var key = Ternary();
                Expect("]");
                value = s => Members.Item(target(s), key(s));
            }
            else
            {
                return value;
            }
        }
    }

    private Func<Scope, object?> Primary()
    {
        var token = Current;
        _next++;
        switch (token.Kind)
        {
            case TokenKind.String:
                return _ => token.Text;
            case TokenKind.Number when long.TryParse(token.Text, out var number):
                return _ => number;
            case TokenKind.Name when token.Text is "true" or "false":
                return _ => token.Text == "true";
            case TokenKind.Name when token.Text == "null":
                return _ => null;
            case TokenKind.Name:
                return s => s.Lookup(token.Text);
            case TokenKind.Operator when token.Text == "(":
                var inner = Ternary();
                Expect(")");
                return inner;
            case TokenKind.Operator when token.Text == "#":
                var function = Name();
                var arguments = Arguments();
                return s => s.Call(function, [.. arguments.Select(a => a(s))]);
            default:
                _next--;
                throw Unexpected();
        }
    }

    private Func<object?, Scope, object?> Member()
    {
        var name = Name();
        if (!Current.Is("("))
        {
            return (target, _) => Members.Property(target, name);
        }

        var arguments = Arguments();
        return (target, s) => Members.Call(target, name, [.. arguments.Select(a => a(s))]);
    }

    /// <summary>Returns the items for which the condition is true. In the condition, names refer to properties of the item.</summary>
    private static List<object?> Select(object? list, Func<Scope, object?> condition, Scope scope) =>
        list is IReadOnlyList<object?> items
            ? [.. items.Where(i => Values.ToBoolean(condition(scope with { Lookup = name => Members.Property(i, name) })))]
            : throw new ExpressionException($"'{Values.Print(list)}' is not a list, so .?[…] cannot select from it.");

    private List<Func<Scope, object?>> Arguments()
    {
        Expect("(");
        List<Func<Scope, object?>> arguments = [];
        while (!Take(")"))
        {
            arguments.Add(Ternary());
            if (!Take(",") && !Current.Is(")"))
            {
                throw Unexpected();
            }
        }

        return arguments;
    }

    private string Name()
    {
        var token = Current;
        _next++;
        return token.Kind == TokenKind.Name ? token.Text : throw Unexpected();
    }

    private bool Take(string text)
    {
        if (!Current.Is(text))
        {
            return false;
        }

        _next++;
        return true;
    }

    private void Expect(string text)
    {
        if (!Take(text))
        {
            throw Unexpected();
        }
    }

    private ExpressionException Unexpected() =>
        new($"Syntax error in '{_text}' at '{Current.Text}'. (The rehearsal supports only a part of Spring's expression language.)");
}
