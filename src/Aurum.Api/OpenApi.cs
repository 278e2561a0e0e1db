using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Aurum.Api;

/// <summary>The description of the API, made from its routes, and a page to read it. The page brings all that it needs: it works without the Internet.</summary>
internal static class OpenApi
{
    private const string Document = "v1";
    private const string Bearer = "bearer";

    public static void Add(IServiceCollection services) => services.AddOpenApi(Document, options =>
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Aurum";
            document.Info.Version = typeof(OpenApi).Assembly.GetName().Version!.ToString(fieldCount: 3);
            document.Info.Description = "Economic, energy and weather series: what was collected, and how collecting goes.";
            document.Servers?.Clear();
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer, Description = "A token of this node; none is needed where it has none." },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
            return Task.CompletedTask;
        }));

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json");
        routes.MapScalarApiReference("/docs", options =>
        {
            options.Title = "Aurum";
            options.OpenApiRoutePattern = "/openapi/{documentName}.json";
            options.DefaultFonts = false;
            options.DisableAgent().DisableMcp().DisableTelemetry().HideDeveloperTools().HideClientButton(); // each sends what it is shown to somebody else's servers
        });
    }
}
