import {
  createTheme,
  defaultVariantColorsResolver,
  parseThemeColor,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

/**
 * Mantine's stock colours fail WCAG 2.2 AA in both schemes. Here text that is not on a filled surface takes an ink of its
 * own (≥ 4.5:1 on page, card and tint), filled surfaces choose black or white by luminance, and borders of inputs
 * reach 3:1 (1.4.11). The axe run over every screen keeps it true.
 */
export const theme = createTheme({
  colors: {
    brand: tuple(
      '#eef0fd',
      '#dcdff8',
      '#b9c0f0',
      '#939ee8',
      '#7581e0',
      '#5f6ddb',
      '#4f5ecf',
      '#4150bd',
      '#3b4bb8',
      '#2f3d9c',
    ),
    // Mantine's eighth red carries neither black nor white text at 4.5:1.
    red: tuple(
      '#fff0f0',
      '#ffe0e0',
      '#ffc4c4',
      '#ffa3a3',
      '#ff8585',
      '#fa5c5c',
      '#ec4343',
      '#dc3535',
      '#c42727',
      '#a81d1d',
    ),
  },
  primaryColor: 'brand',
  primaryShade: 8,
  autoContrast: true,
  luminanceThreshold: 0.179,
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace:
    "ui-monospace, 'SF Mono', 'Cascadia Mono', 'Liberation Mono', Menlo, monospace",
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.25' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  black: '#16181d',
  variantColorResolver: inkedVariants(),
});

type Ink = 'brand' | 'blue' | 'gray' | 'green' | 'red' | 'yellow';

const INKS: Record<'light' | 'dark', Record<Ink, string>> = {
  light: {
    brand: '#2f3d9c',
    blue: '#15508f',
    gray: '#3a4048',
    green: '#17602f',
    red: '#a61b1b',
    yellow: '#6d4400',
  },
  dark: {
    brand: '#c3c9fa',
    blue: '#a5d8ff',
    gray: '#d0d4da',
    green: '#96e6a8',
    red: '#ffb3b3',
    yellow: '#ffe08a',
  },
};

/** Surfaces, inks and borders that differ from Mantine's defaults, per colour scheme. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...inks('light'),
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#16181d',
    '--mantine-color-dimmed': '#4d545d',
    '--mantine-color-placeholder': '#5d646d',
    '--mantine-color-error': INKS.light.red,
    '--mantine-color-anchor': INKS.light.brand,
    '--mantine-color-default-border': '#7f868f',
    '--mantine-color-disabled-color': '#5d646d',
    '--sp-page': '#f5f6f9',
    '--sp-card': '#ffffff',
    '--sp-line': '#dde0e6',
    '--sp-tint': '#eceef4',
  },
  dark: {
    ...inks('dark'),
    '--mantine-color-body': '#1b1d22',
    '--mantine-color-text': '#e6e8ec',
    '--mantine-color-dimmed': '#b4bac3',
    '--mantine-color-placeholder': '#a3a9b3',
    '--mantine-color-error': INKS.dark.red,
    '--mantine-color-anchor': INKS.dark.brand,
    '--mantine-color-default-border': '#7b828d',
    '--mantine-color-disabled-color': '#a3a9b3',
    '--sp-page': '#121317',
    '--sp-card': '#1b1d22',
    '--sp-line': '#33363d',
    '--sp-tint': '#272a31',
  },
});

function inks(scheme: 'light' | 'dark'): Record<string, string> {
  return Object.fromEntries(
    Object.entries(INKS[scheme]).flatMap(([name, ink]) => [
      [`--sp-ink-${name}`, ink],
      [`--mantine-color-${name}-light-color`, ink],
      [`--mantine-color-${name}-outline`, ink],
      [`--mantine-color-${name}-light`, `color-mix(in srgb, ${ink} 11%, var(--sp-card))`],
      [`--mantine-color-${name}-light-hover`, `color-mix(in srgb, ${ink} 17%, var(--sp-card))`],
    ]),
  );
}

function inkedVariants(): VariantColorsResolver {
  return (input) => {
    const colors = defaultVariantColorsResolver(input);
    const parsed = parseThemeColor({
      color: input.color ?? input.theme.primaryColor,
      theme: input.theme,
    });
    if (!parsed.isThemeColor || !(parsed.color in INKS.light)) return colors;
    const ink = `var(--sp-ink-${parsed.color})`;
    if (['light', 'subtle', 'transparent'].includes(input.variant))
      return { ...colors, color: ink };
    if (input.variant === 'outline') return { ...colors, color: ink, border: `1px solid ${ink}` };
    return colors;
  };
}

function tuple(
  ...shades: [string, string, string, string, string, string, string, string, string, string]
): MantineColorsTuple {
  return shades;
}
