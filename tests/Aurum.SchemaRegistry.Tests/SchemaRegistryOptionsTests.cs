namespace Aurum.SchemaRegistry.Tests;

public sealed class SchemaRegistryOptionsTests
{
    [Fact]
    public void One_address_or_several_with_commas_are_read()
    {
        Assert.Equal([new Uri("http://localhost:8081")], SchemaRegistryOptions.Parse("http://localhost:8081").Addresses);
        Assert.Equal(
            [new Uri("http://one:8081"), new Uri("https://two/registry")],
            SchemaRegistryOptions.Parse(" http://one:8081 , https://two/registry,").Addresses);
    }

    [Theory]
    [InlineData("", "has no address")]
    [InlineData("registry", "'registry' is no address")]
    [InlineData("ftp://host", "begins with ftp")]
    [InlineData("http://host?token=1", "query")]
    [InlineData("http://u:p@one, ldap://two", "ldap")]
    public void What_is_no_address_is_refused_with_advice(string urls, string words) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => SchemaRegistryOptions.Parse(urls)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("http://scott:tiger@host:8081")]
    [InlineData("http://tiger@host")]
    [InlineData("//scott:tiger@host")]
    [InlineData("scott:tiger@host:8081")]
    [InlineData("http://fine:1,http://scott:ti:ger@host:x")]
    public void A_password_in_a_url_is_refused_and_not_repeated(string urls)
    {
        var message = Assert.Throws<FormatException>(() => SchemaRegistryOptions.Parse(urls)).Message;
        Assert.DoesNotContain("tiger", message, StringComparison.Ordinal);
        Assert.DoesNotContain("ger@", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_in_the_url_is_told_where_it_belongs() => Assert.Contains(
        "give them as user:password on their own",
        Assert.Throws<FormatException>(() => SchemaRegistryOptions.Parse("http://scott:tiger@host:8081")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Credentials_never_show_in_the_text_of_the_options()
    {
        var options = SchemaRegistryOptions.Parse("http://host", SchemaRegistryCredentials.ParseBasic("scott:ti:ger"));
        Assert.DoesNotContain("ger", options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("scott", options.ToString(), StringComparison.Ordinal);
        Assert.Equal("Bearer ***", SchemaRegistryCredentials.Bearer("tiger").ToString());
    }

    [Theory]
    [InlineData("tiger")]
    [InlineData(":tiger")]
    [InlineData("")]
    public void Credentials_without_user_or_colon_are_refused_and_not_repeated(string text) =>
        Assert.DoesNotContain("tiger", Assert.Throws<FormatException>(() => SchemaRegistryCredentials.ParseBasic(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_client_of_wrong_options_names_all_that_is_wrong()
    {
        var options = new SchemaRegistryOptions([], null, TimeSpan.Zero, Rounds: 0);
        using var http = SchemaRegistryClient.CreateHttpClient();
        var message = Assert.Throws<ArgumentException>(() => new SchemaRegistryClient(http, options, TimeProvider.System)).Message;
        Assert.All(["no address", "timeout", "0 times"], word => Assert.Contains(word, message, StringComparison.Ordinal));
    }
}
