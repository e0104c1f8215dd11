namespace Migrator.Rehearsal.Expressions;

/// <summary>The names that an expression refers to.</summary>
/// <param name="Parameters">The parameters, as in <c>parameters.requireApproval</c> and <c>parameters['requireApproval']</c>.</param>
/// <param name="Stages">The stages, as in <c>#stage('Migrate')</c>.</param>
internal sealed record References(IReadOnlyList<string> Parameters, IReadOnlyList<string> Stages)
{
    public static References Of(IReadOnlyList<Token> tokens)
    {
        List<string> parameters = [];
        List<string> stages = [];
        for (var i = 0; i + 2 < tokens.Count; i++)
        {
            var isFirst = i == 0 || !tokens[i - 1].Is(".");
            if (isFirst && tokens[i].Is("parameters") && (tokens[i + 1].Is(".") || tokens[i + 1].Is("?.") || tokens[i + 1].Is("[")))
            {
                parameters.Add(tokens[i + 2].Text);
            }

            if (tokens[i].Is("stage") && tokens[i + 1].Is("(") && i > 0 && tokens[i - 1].Is("#") && tokens[i + 2].Kind == TokenKind.String)
            {
                stages.Add(tokens[i + 2].Text);
            }
        }

        return new References(parameters, stages);
    }
}
