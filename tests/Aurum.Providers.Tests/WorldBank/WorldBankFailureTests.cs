using Aurum.Domain;
using FsCheck;
using FsCheck.Xunit;
using static Aurum.Providers.Tests.WorldBank.WorldBankExample;

namespace Aurum.Providers.Tests.WorldBank;

public sealed class WorldBankFailureTests
{
    private static readonly Fetch Usa = Fetch("X.Y", ["USA"]);
    private static readonly Fetch Three = Fetch("SP.POP.TOTL", ["GEO", "ALB", "MNG"]);
    private static readonly Fetch Indicator = Provider.PlanCatalog(Series(["1.0.HCOUNT.1.90USD"], ["BRA"]))[0];

    [Fact]
    public void The_recorded_error_says_that_one_of_several_is_invalid()
    {
        var failure = FailureOf(Three, null, Response(Recorded("error-200-invalid-indicator.json")));

        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Equal("message 120 Invalid value: The provided parameter value is not valid (the indicator SP.POP.TOTL or one of the countries GEO, ALB, MNG is invalid)", failure.Detail);
    }

    [Theory]
    [InlineData("""{"indicators":["X.Y"],"countries":["AAA","BBB","CCC","BAD","DDD"]}""", "X.Y:BAD")]
    [InlineData("""{"indicators":["X.Y","BAD","Z.Z"],"countries":["AAA","BBB"],"source":2}""", "BAD:AAA BAD:BBB")]
    public void One_bad_code_voids_nothing_but_itself(string json, string rejected)
    {
        var (failed, served) = (new List<string>(), new List<string>());
        Ask(SeriesOf(json).Select(series => Want(series, Window.Everything)).ToArray());

        Assert.Equal(rejected.Split(' '), failed.Order());
        Assert.Equal(SeriesOf(json).Select(series => series.Id.Code).Except(failed).Order(), served.Order());

        void Ask(Want[] wants)
        {
            foreach (var fetch in Provider.PlanObservations(wants, Today))
            {
                var codes = fetch.Wants.Select(want => want.Series.Id.Code).ToArray();
                if (!Asked(fetch).Contains("BAD", StringComparison.Ordinal))
                {
                    served.AddRange(codes);
                }
                else if (FailureOf(fetch, null, Response(Recorded("error-200-invalid-indicator.json"))).Kind == FailureKind.Rejected && fetch.SplitOnRejection)
                {
                    Ask([.. fetch.Wants.Take(fetch.Wants.Count / 2)]);
                    Ask([.. fetch.Wants.Skip(fetch.Wants.Count / 2)]);
                }
                else
                {
                    failed.AddRange(codes);
                }
            }
        }
    }

    [Fact]
    public void A_rejection_of_many_names_some()
    {
        string Codes(string prefix) => string.Join("\",\"", Enumerable.Range(10, 14).Select(index => $"{prefix}{index}"));
        var fetch = Assert.Single(FetchesOf($$"""{"indicators":["{{Codes("I.")}}"],"countries":["{{Codes("C")}}"],"source":2}"""));

        Assert.EndsWith(
            "(one of the indicators I.10, I.11, I.12, I.13, I.14, I.15, I.16, I.17, I.18, I.19, I.20, I.21 and 2 more or one of the countries C10, C11, C12, C13, C14, C15, C16, C17, C18, C19, C20, C21 and 2 more is invalid in source 2)",
            FailureOf(fetch, null, Response(Recorded("error-200-invalid-indicator.json"))).Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_with_codes_of_two_characters_only_says_how_to_name_its_countries()
    {
        var failure = FailureOf(Usa, null, Body(["US||2020|1"]));

        Assert.Equal(FailureKind.Transient, failure.Kind);
        Assert.EndsWith("it has X.Y of US, asked was X.Y of USA; this database tells only codes of two characters, name its countries by them", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("120", FailureKind.Rejected)]
    [InlineData("175", FailureKind.Rejected)]
    [InlineData("160", FailureKind.Rejected)]
    [InlineData("105", FailureKind.Transient)]
    [InlineData("199", FailureKind.Transient)]
    public void Errors_are_told_in_any_wrapping(string id, FailureKind kind)
    {
        var message = $$"""{"message":[{"id":"{{id}}","key":"K","value":"V"}]}""";
        Assert.All([message, $"[{message}]", $"[{message},null]"], body => Assert.Equal(kind, FailureOf(Usa, null, body).Kind));
        Assert.Equal(kind, FailureOf(Usa, null, $"""<wb:error xmlns:wb="http://www.worldbank.org"><wb:message id="{id}" key="K">V</wb:message></wb:error>""").Kind);
    }

    [Fact]
    public void The_documented_xml_error_is_understood() =>
        Assert.Equal(FailureKind.Rejected, FailureOf(Usa, null, Response(Recorded("error-invalid-value.xml"))).Kind);

    [Fact]
    public void The_recorded_page_of_a_bad_request_may_pass_and_says_what_else_it_may_mean()
    {
        var failure = FailureOf(Assert.Single(FetchesOf("""{"indicators":["X.Y"],"countries":["USA"],"source":77}""")), null, Response(Recorded("error-400-bad-source.html"), 400));

        Assert.Equal(FailureKind.Transient, failure.Kind);
        Assert.EndsWith("(it may pass; if it does not, the indicator X.Y or the country USA is invalid in source 77)", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, """[{"message":"text"}]""", FailureKind.Rejected)]
    [InlineData(200, """[{"message":[]}]""", FailureKind.Rejected)]
    [InlineData(200, """[{"message":null}]""", FailureKind.Rejected)]
    [InlineData(404, """{"error":"x"}""", FailureKind.Rejected)]
    [InlineData(403, "Forbidden", FailureKind.Rejected)]
    [InlineData(429, "slow down", FailureKind.Throttled)]
    [InlineData(502, "<html></html>", FailureKind.Transient)]
    [InlineData(200, "<wb:something/>", FailureKind.Transient)]
    [InlineData(200, "", FailureKind.Transient)]
    [InlineData(200, "[]", FailureKind.Malformed)]
    [InlineData(200, "{}", FailureKind.Malformed)]
    [InlineData(200, "[{},[]]", FailureKind.Malformed)]
    [InlineData(200, "not json", FailureKind.Malformed)]
    [InlineData(200, """[{"page":1,"pages":1,"per_page":20000,"total":1},{}]""", FailureKind.Malformed)]
    [InlineData(200, """[{"page":1.5,"pages":1,"per_page":20000,"total":1},[]]""", FailureKind.Malformed)]
    public void Every_answer_that_is_none_has_its_kind(int status, string body, FailureKind kind) =>
        Assert.Equal(kind, FailureOf(Usa, null, Response(body, status)).Kind);

    [Fact]
    public void Rows_of_another_question_are_no_success()
    {
        Assert.Contains("another question", FailureOf(Fetch("SP.POP.TOTL", ["BRA"]), null, Response(Recorded("data-gdp-bra-full-2025.json"))).Detail, StringComparison.Ordinal);
        Assert.Contains("another question", FailureOf(Fetch("NY.GDP.MKTP.CD", ["PER"]), null, Response(Recorded("data-gdp-bra-full-2025.json"))).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Case_is_no_difference()
    {
        var body = Body(["us|usa|2020|1"]).Replace("X.Y", "x.y", StringComparison.Ordinal);

        Assert.Single(PageOf(Usa, null, body).Slices);
    }

    [Theory]
    [InlineData("\"value\":1", "$[1][0].value")]
    [InlineData("\"date\":\"2020\"", "$[1][0].date")]
    [InlineData("\"id\":\"X.Y\"", "$[1][0].indicator.id")]
    [InlineData("\"id\":\"US\"", "$[1][0].country.id")]
    [InlineData("\"pages\":1", "$[0].pages")]
    [InlineData("\"total\":1", "$[0].total")]
    public void A_known_field_that_is_missing_is_refused_with_its_path(string member, string path)
    {
        var failure = FailureOf(Usa, null, Body(["US|USA|2020|1"]).Replace(member, "\"other\":1", StringComparison.Ordinal));

        Assert.Equal(FailureKind.Malformed, failure.Kind);
        Assert.Contains($"{path}: expected", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("\"..\"")]
    [InlineData("-1e999")]
    public void A_value_that_is_no_number_is_refused(string value) =>
        Assert.Equal(FailureKind.Malformed, FailureOf(Usa, null, Body([$"US|USA|2020|{value}"])).Kind);

    [Fact]
    public void A_body_cut_short_is_transient_wherever_it_is_cut() =>
        Assert.All(
            BodyDamage.Cuts(Recorded("data-pop-three-countries.json")),
            body => Assert.Equal(FailureKind.Transient, FailureOf(Three, null, Response(body)).Kind));

    [Property(MaxTest = 300)]
    public void Random_damage_ends_in_a_page_or_a_failure(DoNotSize<int> seed)
    {
        Assert.NotNull(Provider.Parse(Three, null, Response(BodyDamage.Mutate(Recorded("data-pop-three-countries.json"), seed.Item))));
        Assert.NotNull(Provider.Parse(Indicator, null, Response(BodyDamage.Mutate(Recorded("indicator-get.json"), seed.Item))));
        Assert.NotNull(Provider.Parse(Usa, null, Response(BodyDamage.Mutate(Recorded("error-200-invalid-indicator.json"), seed.Item))));
        Assert.NotNull(Provider.Parse(Usa, "2;2026-07-13;3", Response(BodyDamage.Mutate(Recorded("data-empty.json"), seed.Item))));
        Assert.NotNull(Provider.Parse(Usa, null, Response(BodyDamage.Mutate(Recorded("error-invalid-value.xml"), seed.Item))));
    }

    [Property(MaxTest = 50)]
    public void Order_of_keys_and_unknown_keys_change_nothing(DoNotSize<int> seed)
    {
        var body = Recorded("data-pop-three-countries.json");
        Assert.Equal(Told(body), Told(BodyDamage.ShuffleKeys(body, seed.Item)));
    }

    [Fact]
    public void Numbers_as_strings_change_nothing()
    {
        var body = Recorded("data-pop-three-countries.json");
        Assert.Equal(Told(body), Told(BodyDamage.NumbersAsStrings(body)));
    }

    private static IEnumerable<string> Told(byte[] body) =>
        PageOf(Three, null, body).Slices.SelectMany(slice => slice.Observations.Select(one => $"{slice.Series} {slice.Attributes} {one.Timestamp:O} {one.Value} {one.ValueRaw} {one.AsOf}"));
}
