using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;
using Xunit;

namespace Migrator.Tests.Linting;

/// <summary>Which table a name means: the schema, the search path in force, temporary tables and IF NOT EXISTS decide. <c>orders</c> and <c>app.lines</c> are in use.</summary>
public sealed class NameTests
{
    private const string InUse = "CREATE TABLE orders (a int);\nCREATE TABLE app.lines (a int);";
    private const string Index = "CREATE INDEX i ON orders (a);";

    [Theory]
    [InlineData("CREATE TABLE audit.orders (a int);\n" + Index)]
    [InlineData("CREATE TABLE IF NOT EXISTS orders (a int);\n" + Index)]
    [InlineData("CREATE TABLE IF NOT EXISTS public.orders (a int);\n" + Index)]
    [InlineData("CREATE TEMP TABLE orders (a int);\nCREATE INDEX i ON public.orders (a);")]
    [InlineData("SELECT 1 AS a INTO TEMP orders;\nCREATE INDEX i ON public.orders (a);")]
    [InlineData("CREATE TEMP TABLE orders (a int);\nDROP TABLE orders;\nCREATE INDEX i ON orders (a);")]
    [InlineData("CREATE TEMP TABLE orders (a int);\nALTER TABLE orders RENAME TO other;\nCREATE INDEX i ON orders (a);")]
    [InlineData("CREATE TABLE lines (a int);\nCREATE INDEX i ON app.lines (a);")]
    [InlineData("CREATE TABLE lines (a int);\nSET search_path = app;\nCREATE INDEX i ON lines (a);")]
    [InlineData("CREATE TABLE lines (a int);\nSET LOCAL search_path TO \"app\", public;\nCREATE INDEX i ON lines (a);")]
    [InlineData("CREATE TABLE lines (a int);\nSET SCHEMA 'app';\nCREATE INDEX i ON lines (a);")]
    [InlineData("CREATE TABLE lines (a int);\nSELECT pg_catalog.set_config('search_path', 'app, public', false);\nCREATE INDEX i ON lines (a);")]
    [InlineData("SET search_path = audit;\nCREATE TABLE orders (a int);\nRESET search_path;\n" + Index)]
    [InlineData("SET search_path = audit;\nCREATE TABLE orders (a int);\nRESET ALL;\n" + Index)]
    [InlineData("SET search_path = audit, public;\n" + Index)]
    [InlineData("CREATE TABLE orders_new (a int);\nALTER TABLE orders_new SET SCHEMA audit;\n" + Index)]
    [InlineData("ALTER TABLE app.lines SET SCHEMA public;\nCREATE INDEX i ON lines (a);")]
    public void The_index_is_on_a_table_in_use(string script) =>
        Assert.Contains(Lint.After([InUse], script), f => f.Rule.Id == "index-without-concurrently");

    [Theory]
    [InlineData("CREATE TABLE fresh (a int);\nCREATE INDEX i ON public.fresh (a);")]
    [InlineData("CREATE TABLE public.fresh (a int);\nCREATE INDEX i ON fresh (a);")]
    [InlineData("CREATE TABLE IF NOT EXISTS fresh (a int);\nCREATE INDEX i ON fresh (a);")]
    [InlineData("DROP TABLE orders;\nCREATE TABLE IF NOT EXISTS orders (a int);\n" + Index)]
    [InlineData("CREATE TEMP TABLE orders (a int);\n" + Index)]
    [InlineData("CREATE TEMP TABLE orders (a int);\nALTER TABLE orders RENAME TO other;\nCREATE INDEX i ON other (a);")]
    [InlineData("SET search_path = audit;\nCREATE TABLE orders (a int);\n" + Index)]
    [InlineData("SET search_path = audit, public;\nCREATE TABLE orders (a int);\n" + Index + "\nCREATE INDEX j ON audit.orders (a);")]
    [InlineData("CREATE TABLE app.fresh (a int);\nSET search_path TO public, app;\nCREATE INDEX i ON fresh (a);")]
    [InlineData("CREATE TABLE next (a int);\nALTER TABLE orders RENAME TO previous;\nALTER TABLE next RENAME TO orders;\n" + Index)]
    public void The_index_is_on_a_new_table(string script) =>
        Assert.DoesNotContain(Lint.After([InUse], script), f => f.Rule.Id == "index-without-concurrently");

    [Fact]
    public void The_search_path_of_a_script_does_not_apply_to_the_next_script() =>
        Assert.Contains(
            Lint.After([InUse], "SET search_path = audit;\nCREATE TABLE orders (a int);", Index), f => f.Rule.Id == "index-without-concurrently");

    [Fact]
    public void The_schema_of_the_run_is_the_schema_of_names_without_a_schema()
    {
        var tables = new NewTables("app");
        foreach (var change in tables.Names.Resolve(StatementChanges.Of("CREATE TABLE lines (a int)")))
        {
            tables.Add(change);
        }

        Assert.True(tables.Contains(tables.Names.Resolve(new SqlName("app", "lines"))));
        Assert.False(tables.Contains(tables.Names.Resolve(new SqlName("public", "lines"))));
    }

    [Fact]
    public void Without_the_earlier_scripts_a_table_of_IF_NOT_EXISTS_may_exist()
    {
        var tables = new NewTables();
        foreach (var change in tables.Names.Resolve(StatementChanges.Of("CREATE TABLE IF NOT EXISTS lines (a int)")))
        {
            tables.Add(change);
        }

        Assert.False(tables.Contains(tables.Names.Resolve(new SqlName(null, "lines"))));
    }
}
